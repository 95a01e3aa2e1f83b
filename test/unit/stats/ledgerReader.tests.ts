import { controlActivity, halfAt, secondRequests, seconds, secondsLength } from '../../../src/stats/ledgerLayout.ts';
import { type LedgerDelta, LedgerReader } from '../../../src/stats/ledgerReader.ts';
import { expectWhole, sumOf } from './reportChecks.ts';
import { SimulatedThread, wallOffsetMs } from './simulatedThread.ts';

function setUp(): { thread: SimulatedThread; reader: LedgerReader; control: Int32Array; words: () => Uint32Array } {
  const reader = new LedgerReader();
  const thread = new SimulatedThread((message) => reader.define(message));
  return {
    thread,
    reader,
    control: new Int32Array(thread.pages.control[0] ?? new SharedArrayBuffer(0)),
    words: () => new Uint32Array(thread.pages.rows[0] ?? new SharedArrayBuffer(0)),
  };
}

const requestsOf = (delta: LedgerDelta): number => delta.rows.reduce((sum, row) => sum + row.numRequests, 0);
const occurrencesOf = (delta: LedgerDelta): number => delta.errors.reduce((sum, error) => sum + error.occurrences, 0);

test('a reader without definitions reads nothing', () => {
  expect(new LedgerReader().readDelta()).toEqual({ rows: [], errors: [], timeBuckets: null });
  expect(new LedgerReader().readRest()).toEqual({ rows: [], errors: [], timeBuckets: null });
});

test('each sample is read once, and idle rows not at all', () => {
  const { thread, reader } = setUp();
  const row = thread.recorder.row('GET', '/x');
  thread.recorder.row('GET', '/idle');
  for (let report = 1; report <= 5; report++) {
    for (let sample = 0; sample < report; sample++) row.failure(sample, 1, 'e', report * 1_000);
    const delta = reader.readDelta();
    expect(delta.rows).toMatchObject([{ numRequests: report, numFailures: report, totalContentLength: report }]);
    expect(delta.errors).toMatchObject([{ occurrences: report, firstSeenSec: wallOffsetMs / 1000 + report }]);
    expect(reader.readDelta()).toEqual({ rows: [], errors: [], timeBuckets: null });
  }
});

test('minimum, maximum and last request are those of the samples read, not of the run', () => {
  const { thread, reader } = setUp();
  const row = thread.recorder.row('GET', '/x');
  row.success(5, 0, 1_000);
  row.success(900, 0, 2_000);
  expect(reader.readDelta().rows).toMatchObject([{ minResponseTimeMs: 5, maxResponseTimeMs: 900 }]);
  row.success(70, 0, 3_000);
  expect(reader.readDelta().rows).toMatchObject([
    { minResponseTimeMs: 70, maxResponseTimeMs: 70, lastRequestSec: wallOffsetMs / 1000 + 3 },
  ]);
  row.success(null, 0, 2_500);
  row.success(0, 0, 2_400);
  expect(reader.readDelta().rows).toMatchObject([
    { minResponseTimeMs: 0, maxResponseTimeMs: 0, lastRequestSec: wallOffsetMs / 1000 + 2.5 },
  ]);
});

test('samples of rows and errors whose definitions are still under way come with the read after they arrived', () => {
  const { thread, reader } = setUp();
  thread.recorder.record('GET', '/known', 1, 0, 'known', 0);
  thread.hold();
  for (let number = 0; number < 40; number++) thread.recorder.record('GET', `/new/${number}`, 1, 0, `new ${number}`, 0);
  const early = reader.readDelta();
  expect([requestsOf(early), occurrencesOf(early)]).toEqual([1, 1]);
  for (let number = 0; number < 40; number++) thread.recorder.record('GET', `/new/${number}`, 2, 0, `new ${number}`, 1_000);
  expect(requestsOf(reader.readDelta())).toBe(0);
  thread.recorder.record('GET', '/new/0', 3, 0, 'new 0', 2_000);
  thread.deliver();
  const late = reader.readDelta();
  expect([requestsOf(late), occurrencesOf(late)]).toEqual([81, 81]);
  for (const row of late.rows) expectWhole({ ...row, startTimeSec: 0 });
  expect(reader.readDelta()).toEqual({ rows: [], errors: [], timeBuckets: null });
});

test('a definition without its page is refused', () => {
  const reader = new LedgerReader();
  expect(() => reader.define({ kind: 'ledgerRow', index: 0, method: 'GET', name: '/' })).toThrow('Row 0 was defined before its page');
  expect(() => reader.define({ kind: 'ledgerError', index: 3, method: 'GET', name: '/', error: 'e' })).toThrow('Error slot 3');
});

test('a half in which a sample is being written is left alone until that sample is over', () => {
  const { thread, reader, control } = setUp();
  const row = thread.recorder.row('GET', '/x');
  row.success(1, 0, 0);
  const resting = Atomics.load(control, controlActivity);
  Atomics.store(control, controlActivity, resting + 1);
  expect(reader.readDelta().rows).toEqual([]);
  expect(reader.readDelta().rows).toEqual([]);
  // The sample ends, and others follow: they are in the other half.
  Atomics.store(control, controlActivity, resting + 2);
  row.success(2, 0, 0);
  expect(requestsOf(reader.readDelta())).toBe(2);
  row.success(3, 0, 0);
  expect(requestsOf(reader.readDelta())).toBe(1);
});

test('another sample under way than the one at the swap does not hold the reader up', () => {
  const { thread, reader, control } = setUp();
  const row = thread.recorder.row('GET', '/x');
  row.success(1, 0, 0);
  Atomics.store(control, controlActivity, 1001);
  expect(reader.readDelta().rows).toEqual([]);
  Atomics.store(control, controlActivity, 1003);
  expect(requestsOf(reader.readDelta())).toBe(1);
});

test.each([0, 1, 2, 3])('the rest of a thread that was killed in the middle of a sample is read, after %d reads', (reads) => {
  const { thread, reader, control } = setUp();
  const row = thread.recorder.row('GET', '/x');
  for (let read = 0; read < reads; read++) {
    row.failure(1, 0, 'e', 0);
    expect(requestsOf(reader.readDelta())).toBe(1);
  }
  row.failure(1, 0, 'e', 0);
  Atomics.add(control, controlActivity, 1);
  expect(requestsOf(reader.readDelta())).toBe(0);
  const rest = reader.readRest();
  expect([requestsOf(rest), occurrencesOf(rest)]).toEqual([1, 1]);
  expect(reader.readRest()).toEqual({ rows: [], errors: [], timeBuckets: null });
});

test('a sample that counted in its second only, since the thread was killed there, is taken out again', () => {
  const { thread, reader, words } = setUp();
  const row = thread.recorder.row('GET', '/x');
  row.success(1, 0, 1_000);
  row.success(1, 0, 2_000);
  const at = halfAt(0, 0) + seconds + 3 + secondRequests;
  expect(words()[at]).toBe(1);
  words()[at] = 2;
  const [rest] = reader.readRest().rows;
  const second = wallOffsetMs / 1000;
  expect(rest).toMatchObject({ numRequests: 2, requestsPerSec: new Map([[second + 1, 1], [second + 2, 1]]) });
});

test('a long time without a read loses nothing: after 256 seconds only the second is wrong', () => {
  const { thread, reader } = setUp();
  const row = thread.recorder.row('GET', '/x');
  for (let second = 0; second < 1_000; second++) {
    row.failure(1, 0, 'e', second * 1_000);
    row.success(1, 0, second * 1_000);
  }
  const [read] = reader.readDelta().rows;
  expect(read?.requestsPerSec.size).toBe(secondsLength);
  expect(read?.requestsPerSec.get(wallOffsetMs / 1000 + 254)).toBe(2);
  expect(read?.requestsPerSec.get(wallOffsetMs / 1000 + 255)).toBe(2 * (1_000 - 255));
  expect(sumOf(read?.requestsPerSec ?? new Map())).toBe(2_000);
  expect(sumOf(read?.failuresPerSec ?? new Map())).toBe(1_000);
  row.success(1, 0, 1_000_000);
  expect(reader.readDelta().rows[0]?.requestsPerSec).toEqual(new Map([[wallOffsetMs / 1000 + 1_000, 1]]));
});

test('seconds before and after a suspension are kept apart, and a clock that goes back finds its seconds again', () => {
  const { thread, reader } = setUp();
  const row = thread.recorder.row('GET', '/x');
  for (const endMs of [500, 1_500, 71_500, 72_500, 1_400, 72_400, 400]) row.success(1, 0, endMs);
  const second = wallOffsetMs / 1000;
  expect(reader.readDelta().rows[0]?.requestsPerSec).toEqual(
    new Map([[second, 2], [second + 1, 2], [second + 71, 1], [second + 72, 2]]),
  );
});

test('after clear nothing of the run before is read, and the rows go on under their names', () => {
  const { thread, reader } = setUp();
  const row = thread.recorder.row('GET', '/x');
  row.failure(5_000, 10, 'e', 0);
  reader.readDelta();
  row.failure(6_000, 10, 'e', 0);
  reader.clear();
  expect(reader.readDelta()).toEqual({ rows: [], errors: [], timeBuckets: null });
  const stale = new Map<number, number>();
  reader.addAllSlots(stale);
  reader.addRowSlots(() => stale);
  expect(stale.size).toBe(0);
  row.failure(1, 1, 'e', 1_000);
  const delta = reader.readDelta();
  expect(delta.rows).toMatchObject([{ name: '/x', numRequests: 1, totalContentLength: 1, maxResponseTimeMs: 1 }]);
  expect(delta.errors).toMatchObject([{ error: 'e', occurrences: 1 }]);
  const slots = new Map<number, number>();
  reader.addAllSlots(slots);
  expect(slots).toEqual(new Map([[1_000, 1]]));
});

test('a sample under way at clear is thrown away with the run that it belongs to', () => {
  const { thread, reader, control } = setUp();
  const row = thread.recorder.row('GET', '/x');
  row.success(1, 0, 0);
  const resting = Atomics.load(control, controlActivity);
  Atomics.store(control, controlActivity, resting + 1);
  reader.clear();
  Atomics.store(control, controlActivity, resting + 2);
  row.success(2, 0, 0);
  expect(reader.readDelta().rows).toMatchObject([{ numRequests: 1, maxResponseTimeMs: 2 }]);
});

test('a thread that is stuck in a sample at a read and at clear brings nothing of the old run', () => {
  const { thread, reader, control } = setUp();
  const row = thread.recorder.row('GET', '/x');
  row.success(1, 0, 0);
  const resting = Atomics.load(control, controlActivity);
  Atomics.store(control, controlActivity, resting + 1);
  expect(reader.readDelta().rows).toEqual([]);
  reader.clear();
  Atomics.store(control, controlActivity, resting + 2);
  expect(reader.readDelta().rows).toEqual([]);
  row.success(2, 0, 0);
  expect(reader.readDelta().rows).toMatchObject([{ numRequests: 1, maxResponseTimeMs: 2 }]);
});

test('a thread that is killed while it is stuck at clear brings nothing of the old run either', () => {
  const { thread, reader, control } = setUp();
  thread.recorder.record('GET', '/x', 1, 0, 'e', 0);
  Atomics.add(control, controlActivity, 1);
  reader.readDelta();
  reader.clear();
  expect(reader.readRest()).toEqual({ rows: [], errors: [], timeBuckets: null });
});
