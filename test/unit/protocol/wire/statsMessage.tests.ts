import type { ErrorRow, Report, StatsRow } from '../../../../src/stats/report.ts';
import { bucketIndexOf } from '../../../../src/stats/histogram.ts';
import { encodeMessage } from '../../../../src/protocol/wire/codec.ts';
import { decodeValue } from '../../../../src/protocol/wire/decoder.ts';
import { errorKeyOf } from '../../../../src/protocol/wire/errorKey.ts';
import { toStatsData } from '../../../../src/protocol/wire/statsMessage.ts';
import { timedRow } from '../../../support/timedRow.ts';

const idle = timedRow('', 'Aggregated', [], { startTimeSec: 1700000000.5 });

const busy: StatsRow = {
  method: 'GET',
  name: '/x',
  numRequests: 3,
  numNoneRequests: 1,
  numFailures: 1,
  totalResponseTimeMs: 30.25,
  minResponseTimeMs: 10.125,
  maxResponseTimeMs: 20.125,
  totalContentLength: 17,
  startTimeSec: 1700000000.5,
  lastRequestSec: 1700000001.75,
  responseTimes: new Map([[10, 1], [20, 1]]),
  timeBuckets: null,
  requestsPerSec: new Map([[1700000000, 2], [1700000001, 1]]),
  failuresPerSec: new Map([[1700000001, 1]]),
};

function reportWith(part: Partial<Report>): Report {
  return { rows: [], total: idle, errors: [], ...part };
}

function errorRow(part: Partial<ErrorRow>): ErrorRow {
  return { method: 'GET', name: '/x', error: 'boom', occurrences: 1, firstSeenSec: 10.5, lastSeenSec: 11.5, ...part };
}

/** What the master reads, integer keys shown as texts. */
function read(report: Report, counts: Record<string, number> = {}, extras: Record<string, unknown> = {}): Record<string, unknown> {
  const frame = encodeMessage({ type: 'stats', data: toStatsData(report, counts, extras) }, 'node');
  const [, data] = decodeValue(frame) as [string, Record<string, unknown>, string];
  return data;
}

test('times that a report has to three digits are sent so, in tenths below 10 ms where that is asked for', () => {
  const buckets = [3.14159, 3.2, 12.6, 145.3, 1234].map((ms): [number, number] => [bucketIndexOf(ms), 1]);
  const row = { ...busy, timeBuckets: new Map(buckets) };
  const timesIn = (inTenths: boolean): unknown => toStatsData(reportWith({ rows: [row] }), {}, {}, undefined, 0, inTenths).stats[0]?.response_times;
  expect(timesIn(false)).toEqual(new Map([[3, 2], [13, 1], [145, 1], [1230, 1]]));
  expect(timesIn(true)).toEqual(new Map([[3.1, 1], [3.2, 1], [13, 1], [145, 1], [1230, 1]]));
});

test('rows beside the requests are rows like others, and in no total', () => {
  const late = { ...busy, name: '/x [from schedule]', totalResponseTimeMs: 90 };
  const { stats, stats_total: total } = toStatsData(reportWith({ rows: [busy], total: { ...busy, name: 'Aggregated' }, besides: [late] }), {}, {});
  expect(stats.map(({ name, total_response_time: sum }) => [name, sum])).toEqual([['/x', 30.25], ['/x [from schedule]', 90]]);
  expect([total.num_requests, total.total_response_time]).toEqual([3, 30.25]);
});

test('a row has Locust’s 14 keys in Locust’s order', () => {
  const [row] = read(reportWith({ rows: [busy] }))['stats'] as Record<string, unknown>[];
  expect(Object.entries(row ?? {})).toEqual([
    ['name', '/x'],
    ['method', 'GET'],
    ['last_request_timestamp', 1700000001.75],
    ['start_time', 1700000000.5],
    ['num_requests', 3],
    ['num_none_requests', 1],
    ['num_failures', 1],
    ['total_response_time', 30.25],
    ['max_response_time', 20.125],
    ['min_response_time', 10.125],
    ['total_content_length', 17],
    ['response_times', { 10: 1, 20: 1 }],
    ['num_reqs_per_sec', { 1700000000: 2, 1700000001: 1 }],
    ['num_fail_per_sec', { 1700000001: 1 }],
  ]);
});

test('integer keys are integers on the wire', () => {
  const data = toStatsData(reportWith({ rows: [busy] }), {}, {});
  const hex = Buffer.from(encodeMessage({ type: 'stats', data }, 'node')).toString('hex');
  expect(hex).toContain(`${Buffer.from('response_times').toString('hex')}820a011401`);
});

test('an idle report is empty, its minimum and last request nil', () => {
  const data = read(reportWith({}), { A: 0 });
  expect(data).toMatchObject({ stats: [], errors: {}, user_classes_count: { A: 0 }, user_count: 0 });
  expect(data['stats_total']).toMatchObject({ min_response_time: null, last_request_timestamp: null, max_response_time: 0 });
});

test('user_count is the sum of the counts', () => {
  expect(read(reportWith({}), { A: 2, B: 0, C: 5 })).toMatchObject({ user_classes_count: { A: 2, B: 0, C: 5 }, user_count: 7 });
});

test('an error is keyed by Locust’s hash', () => {
  // Locust stats.py: sha256 of GET./x.'boom'
  const key = 'd2871aa7';
  const errors = read(reportWith({ errors: [errorRow({})] }))['errors'] as Record<string, unknown>;
  expect(Object.keys(errors)[0]?.slice(0, 8)).toBe(key);
  expect(Object.values(errors)).toEqual([
    { name: '/x', method: 'GET', error: 'boom', occurrences: 1, first_seen: 10.5, last_seen: 11.5 },
  ]);
});

test.each([[0, 0], [240.3, 240], [-3600, -3600], [0.4, 0]])('a clock that is %p s off moves every stamp, counts of a second by whole ones', (shiftSec, wholeSec) => {
  const data = toStatsData(reportWith({ rows: [busy], total: busy, errors: [errorRow({})] }), {}, {}, undefined, shiftSec);
  for (const row of [data.stats[0], data.stats_total]) {
    expect(row?.start_time).toBe(1700000000.5 + shiftSec);
    expect(row?.last_request_timestamp).toBe(1700000001.75 + shiftSec);
    expect(row?.num_reqs_per_sec).toEqual(new Map([[1700000000 + wholeSec, 2], [1700000001 + wholeSec, 1]]));
    expect(row?.num_fail_per_sec).toEqual(new Map([[1700000001 + wholeSec, 1]]));
  }
  expect([...data.errors.values()]).toMatchObject([{ first_seen: 10.5 + shiftSec, last_seen: 11.5 + shiftSec }]);
  expect(toStatsData(reportWith({}), {}, {}, undefined, shiftSec).stats_total.last_request_timestamp).toBeNull();
});

test('errors that differ in an address only are one', () => {
  const errors = [
    errorRow({ error: '<A object at 0x1>', occurrences: 2, firstSeenSec: 20.5, lastSeenSec: 21.5 }),
    errorRow({ error: '<A object at 0x2>', occurrences: 3, firstSeenSec: 10.5, lastSeenSec: 30.5 }),
    errorRow({ error: '<A object at 0x3>', name: '/other' }),
  ];
  const sent = read(reportWith({ errors }))['errors'] as Record<string, unknown>;
  expect(Object.keys(sent)).toHaveLength(2);
  expect(sent[errorKeyOf('GET', '/x', '<A object at 0x....>')]).toEqual({
    name: '/x', method: 'GET', error: '<A object at 0x....>', occurrences: 5, first_seen: 10.5, last_seen: 30.5,
  });
});

test('extras follow Locust’s keys', () => {
  const data = read(reportWith({}), {}, { mine: new Map([[1, 'a']]), when: new Date(0) });
  expect(Object.keys(data)).toEqual(['stats', 'stats_total', 'errors', 'user_classes_count', 'user_count', 'mine', 'when']);
  expect(data).toMatchObject({ mine: { 1: 'a' }, when: new Date(0) });
});

test.each(['stats', 'stats_total', 'errors', 'user_classes_count', 'user_count', '__datetime__', '__ObjectId__'])(
  'an extra cannot replace %s',
  (key) => {
    const problems: string[] = [];
    const data = toStatsData(reportWith({ rows: [busy] }), { A: 1 }, { [key]: 'stolen', other: 1 }, (text) => problems.push(text));
    expect(decodeValue(encodeMessage({ type: 'stats', data }, 'node'))).toMatchObject([
      'stats',
      { ...read(reportWith({ rows: [busy] }), { A: 1 }), other: 1 },
      'node',
    ]);
    expect(problems).toEqual([expect.stringContaining(`"${key}"`)]);
  },
);

test('an extra that cannot be sent is left out, the numbers go out', () => {
  const problems: string[] = [];
  const ring: unknown[] = [];
  ring.push(ring);
  const extras = {
    ring,
    get thrower(): never {
      throw new Error('not today');
    },
    good: 1,
  };
  const data = toStatsData(reportWith({ rows: [busy] }), {}, extras, (text) => problems.push(text));
  const frame = encodeMessage({ type: 'stats', data }, 'node');
  expect(decodeValue(frame)).toMatchObject(['stats', { stats: [{ num_requests: 3 }], good: 1 }, 'node']);
  expect(problems).toEqual([expect.stringContaining('report key "ring"'), 'not today']);
});

test('an extra is fixed when the report is made', () => {
  const list = [1];
  const data = toStatsData(reportWith({}), {}, { list });
  list.push(2);
  expect(decodeValue(encodeMessage({ type: 'stats', data }, 'node'))).toMatchObject(['stats', { list: [1] }, 'node']);
});

test('numbers that are none are sent as 0', () => {
  const rows = [{ ...busy, totalResponseTimeMs: Infinity, totalContentLength: NaN }];
  expect(read(reportWith({ rows }))['stats']).toMatchObject([{ total_response_time: 0, total_content_length: 0 }]);
});
