/** The run so far, read at any moment, and in reports all the same. */
import { Aggregator } from '../../../src/stats/aggregator.ts';
import { SimulatedThread, wallOffsetMs } from './simulatedThread.ts';

function setUp({ hasHistograms = true } = {}) {
  let nowSec = wallOffsetMs / 1000;
  const aggregator = new Aggregator({ nowSec: () => nowSec, isPrecise: true, keepsRows: true });
  const thread = new SimulatedThread((message) => {
    if (hasHistograms || message.kind !== 'ledgerPage' || message.holds !== 'histograms') aggregator.define('0', message);
  });
  return { aggregator, thread, recorder: thread.recorder, goOn: (sec: number) => (nowSec += sec) };
}

test('requests, failures and times of all and of each row, whether or not a report took them', () => {
  const { aggregator, recorder, goOn } = setUp();
  recorder.record('GET', '/a', 145, 10, null, 100);
  recorder.record('GET', '/a', 150, 10, 'no', 200);
  aggregator.takeReport();
  recorder.record('POST', '/b', null, 10, null, 300);
  goOn(1);
  expect(aggregator.soFar()).toMatchObject({
    atSec: wallOffsetMs / 1000 + 1, requests: 3, failures: 1, failRatio: 1 / 3, averageMs: 147.5, minMs: 145, maxMs: 150,
    rows: { 'GET /a': { requests: 2, failures: 1, medianMs: 145.023, p99Ms: 150 }, 'POST /b': { requests: 1, failures: 0, averageMs: null, p95Ms: null, maxMs: null } },
  });
  expect(aggregator.takeReport().rows.map(({ name }) => name)).toEqual(['/b']);
  aggregator.clear();
  expect(aggregator.soFar()).toMatchObject({ requests: 0, p95Ms: null, rows: {} });
});

test("without histograms of their own, rows have Locust's two digits, and all requests three", () => {
  const { aggregator, recorder } = setUp({ hasHistograms: false });
  recorder.record('GET', '/a', 146, 10, null, 100);
  expect(aggregator.soFar()).toMatchObject({ p95Ms: 146, rows: { 'GET /a': { p95Ms: 150 } } });
});

test('a report that is put back is not counted again', () => {
  const { aggregator, recorder } = setUp();
  recorder.record('GET', '/a', 1, 10, null, 100);
  aggregator.putBack(aggregator.takeReport());
  aggregator.takeReport();
  expect(aggregator.soFar()).toMatchObject({ requests: 1, rows: { 'GET /a': { requests: 1 } } });
});

test('the first 500 names have rows, all are in the sum; rates are of the last seconds, however long the run', () => {
  const { aggregator, recorder } = setUp();
  for (let index = 0; index < 510; index++) recorder.record('GET', `/${index}`, 1, 10, null, 100);
  for (let second = 0; second < 200; second++) for (let n = 0; n < 5; n++) recorder.record('GET', '/0', 1, 10, null, 1_000 * second + 100);
  const { rows, requests, requestsPerSec } = aggregator.soFar();
  expect([Object.keys(rows).length, requests, requestsPerSec, rows['GET /0']?.requestsPerSec]).toEqual([500, 1_510, 5, 5]);
});
