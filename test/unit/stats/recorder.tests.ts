/** A recorder that takes anything, as it must from JavaScript. */
import { Aggregator } from '../../../src/stats/aggregator.ts';
import { maxErrorTexts } from '../../../src/stats/ledgerLayout.ts';
import { foldedErrorText } from '../../../src/stats/ledgerWriter.ts';
import type { Recorder } from '../../../src/stats/recorder.ts';
import type { Report } from '../../../src/stats/report.ts';
import { expectConsistent } from './reportChecks.ts';
import { SimulatedThread, wallOffsetMs } from './simulatedThread.ts';

type Anything = { record: (...values: readonly unknown[]) => void };

function setUp(): { thread: SimulatedThread; recorder: Recorder; anything: Anything; report: () => Report } {
  const aggregator = new Aggregator({ nowSec: () => wallOffsetMs / 1000 });
  const thread = new SimulatedThread((message) => aggregator.define('0', message));
  const report = (): Report => {
    const taken = aggregator.takeReport();
    expectConsistent(taken);
    return taken;
  };
  return { thread, recorder: thread.recorder, anything: thread.recorder as unknown as Anything, report };
}

const throwing = { toString: () => { throw new Error('no text'); } };

test('a request is counted with its unrounded time, size and second of completion', () => {
  const { recorder, report } = setUp();
  recorder.record('GET', '/x', 145.25, 300, null, 2_999);
  recorder.record('GET', '/x', 12.5, 200, null, 3_000);
  const second = wallOffsetMs / 1000;
  expect(report().rows).toEqual([
    {
      method: 'GET',
      name: '/x',
      numRequests: 2,
      numNoneRequests: 0,
      numFailures: 0,
      totalResponseTimeMs: 157.75,
      minResponseTimeMs: 12.5,
      maxResponseTimeMs: 145.25,
      totalContentLength: 500,
      startTimeSec: second,
      lastRequestSec: second + 3,
      responseTimes: new Map([[12, 1], [150, 1]]), timeBuckets: null,
      requestsPerSec: new Map([[second + 2, 1], [second + 3, 1]]),
      failuresPerSec: new Map(),
    },
  ]);
});

test('a request without a response time counts as none, in its second and with its length, and nowhere else', () => {
  const { recorder, thread, report } = setUp();
  recorder.record('WS', 'push', null, 40, null, 1000);
  expect(report().total).toMatchObject({
    numRequests: 1, numNoneRequests: 1, totalResponseTimeMs: 0, minResponseTimeMs: null, maxResponseTimeMs: 0,
    totalContentLength: 40, responseTimes: new Map(), timeBuckets: null, requestsPerSec: new Map([[wallOffsetMs / 1000 + 1, 1]]),
  });
  expect(thread.problems).toEqual([]);
});

test('a failed request is one request, one failure and one occurrence of its error', () => {
  const { recorder, report } = setUp();
  const row = recorder.row('GET', '/x');
  row.failure(5, 0, 'refused', 2_000);
  row.failure(7, 0, 'refused', 1_000);
  row.success(9, 0, 3_000);
  const { total, errors } = report();
  expect(total).toMatchObject({ numRequests: 3, numFailures: 2 });
  const second = wallOffsetMs / 1000;
  expect(total.failuresPerSec).toEqual(new Map([[second + 2, 1], [second + 1, 1]]));
  expect(errors).toEqual([
    { method: 'GET', name: '/x', error: 'refused', occurrences: 2, firstSeenSec: second + 1, lastSeenSec: second + 2 },
  ]);
});

test('pairs whose joined texts are equal stay apart', () => {
  const { recorder, report } = setUp();
  recorder.record('a', 'bc', 1, 0, null, 0);
  recorder.record('ab', 'c', 2, 0, null, 0);
  recorder.record('abc', '', 3, 0, null, 0);
  expect(report().rows.map(({ method, name }) => [method, name])).toEqual([['a', 'bc'], ['ab', 'c'], ['abc', '']]);
});

test.each([NaN, Infinity, -Infinity, -0.001, undefined, '12', {}, Symbol('ms'), 12n, 1e300, throwing])(
  'a response time that is no number of milliseconds (case %#) counts as none, and is told of once',
  (elapsedMs) => {
    const { anything, thread, report } = setUp();
    anything.record('GET', '/x', elapsedMs, 10, null, 0);
    anything.record('GET', '/x', elapsedMs, 10, 'failed', 0);
    expect(report().total).toMatchObject({ numRequests: 2, numNoneRequests: 2, totalContentLength: 20, totalResponseTimeMs: 0 });
    expect(thread.problems).toHaveLength(1);
    expect(thread.problems[0]).toMatch(/^"GET" "\/x": response time .* is not a number of milliseconds/);
  },
);

test.each([NaN, Infinity, -1, undefined, null, '12', {}, Symbol('bytes'), 12n, throwing])(
  'a content length that is no number of bytes (case %#) counts as 0, and is told of once',
  (contentLength) => {
    const { anything, thread, report } = setUp();
    anything.record('GET', '/x', 1, contentLength, null, 0);
    anything.record('GET', '/x', 1, contentLength, null, 0);
    expect(report().total).toMatchObject({ numRequests: 2, totalContentLength: 0 });
    expect(thread.problems).toHaveLength(1);
  },
);

test('a part of a byte is dropped', () => {
  const { recorder, report } = setUp();
  recorder.record('GET', '/x', 1, 2.9, null, 0);
  expect(report().total.totalContentLength).toBe(2);
});

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [12, '12'],
  [Symbol('s'), 'Symbol(s)'],
  [throwing, '(object without text)'],
  [Object.create(null), '(object without text)'],
])('a name or method that is not a string (case %#) is shown as text, and told of', (value, text) => {
  const { anything, thread, report } = setUp();
  anything.record(value, value, 1, 0, null, 0);
  anything.record(value, value, 1, 0, null, 0);
  expect(report().rows).toMatchObject([{ method: text, name: text, numRequests: 2 }]);
  expect(thread.problems).toHaveLength(2);
});

test.each([[42, '42'], [Symbol('s'), 'Symbol(s)'], [throwing, '(object without text)'], [new Error('boom'), 'Error: boom']])(
  'an error that is not a string (case %#) is shown as text',
  (error, text) => {
    const { anything, report } = setUp();
    anything.record('GET', '/x', 1, 0, error, 0);
    expect(report().errors).toMatchObject([{ error: text, occurrences: 1 }]);
  },
);

test('an absent error is no failure', () => {
  const { anything, report } = setUp();
  anything.record('GET', '/x', 1, 0, undefined, 0);
  expect(report().total).toMatchObject({ numRequests: 1, numFailures: 0 });
});

test('lone surrogates become replacement characters, whole pairs stay', () => {
  const { recorder, report } = setUp();
  recorder.record('G\uD800', '\uDC00/x\u{1F600}', 1, 0, 'bad \uD83D text', 0);
  recorder.record('G\uD800', '\uDC00/x\u{1F600}', 1, 0, 'bad \uD83D text', 0);
  const { rows, errors } = report();
  expect(rows).toMatchObject([{ method: 'G\uFFFD', name: '\uFFFD/x\u{1F600}', numRequests: 2 }]);
  expect(errors).toMatchObject([{ error: 'bad \uFFFD text', occurrences: 2 }]);
});

test('long texts are cut at 10 000 characters, without leaving half a pair', () => {
  const { recorder, report } = setUp();
  const long = `${'e'.repeat(9_999)}\u{1F600}`;
  recorder.record('GET', long, 1, 0, `${long}1`, 0);
  recorder.record('GET', long, 1, 0, `${long}2`, 0);
  const cut = `${'e'.repeat(9_999)}\uFFFD`;
  const { rows, errors } = report();
  expect(rows).toMatchObject([{ name: cut, numRequests: 2 }]);
  expect(errors).toMatchObject([{ error: cut, occurrences: 2 }]);
});

test.each([NaN, Infinity, undefined, 5n, -1e15, throwing])('an end that is no moment (case %#) counts in a recent second', (endMs) => {
  const { anything, report } = setUp();
  anything.record('GET', '/x', 1, 0, null, 7_500);
  anything.record('GET', '/x', 1, 0, 'e', endMs);
  expect(report().total.requestsPerSec).toEqual(new Map([[wallOffsetMs / 1000 + 7, 2]]));
});

test('many error texts are folded per row beyond 2 000 with exact counts; known texts stay apart', () => {
  const { recorder, thread, report } = setUp();
  for (let number = 0; number < maxErrorTexts; number++) recorder.record('GET', '/x', 1, 0, `error ${number}`, 0);
  expect(thread.problems).toHaveLength(0);
  for (let number = 0; number < 300; number++) recorder.record('GET', '/x', 1, 0, `further ${number}`, 0);
  recorder.record('GET', '/y', 1, 0, 'further 1', 0);
  recorder.record('GET', '/y', 1, 0, 'error 1', 0);
  expect(thread.problems).toHaveLength(1);
  const { errors } = report();
  expect(errors).toHaveLength(maxErrorTexts + 3);
  expect(errors.filter(({ error }) => error === foldedErrorText)).toMatchObject([
    { name: '/x', occurrences: 300 },
    { name: '/y', occurrences: 1 },
  ]);
  expect(errors.filter(({ error }) => error === 'error 1')).toMatchObject([{ name: '/x' }, { name: '/y' }]);
});
