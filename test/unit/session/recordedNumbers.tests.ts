import { RecordedNumbers } from '../../../src/session/recordedNumbers.ts';
import type { Ledgers } from '../../../src/engine/main/poolOptions.ts';
import { Aggregator } from '../../../src/stats/aggregator.ts';
import { Recorder } from '../../../src/stats/recorder.ts';
import { doneAtOnce } from '../../../src/util/steps.ts';

function scene() {
  const warnings: string[] = [];
  const numbers = new RecordedNumbers(new Aggregator({ nowSec: () => 1_700_000_000, keepsRows: true }), (text) => warnings.push(text));
  const thread = (key: string): Recorder =>
    new Recorder({ sink: (message) => numbers.define(key, message), problem: () => undefined, wallOffsetMs: 1_700_000_000_000 });
  const record = (recorder: Recorder, requests: number, failures: number): void => {
    for (let index = 0; index < requests; index++) recorder.record('GET', '/', 1, 0, index < failures ? 'no' : null, index);
  };
  return { numbers, thread, record, warnings };
}

const count = (requests: number, failures: number) => ({ requests, failures });
const none = count(0, 0);

describe('the numbers of a process', () => {
  it('are parted by what became of them, over all runs and threads', () => {
    const { numbers, thread, record } = scene();
    const [first, second] = [thread('0.0'), thread('1.0')];
    record(first, 5, 1);
    record(second, 7, 2);
    expect(doneAtOnce(numbers.takeReport()).total).toMatchObject({ numRequests: 12, numFailures: 3 });
    record(first, 1, 1);
    doneAtOnce(numbers.takeReport());
    numbers.reportsTaken(1);
    numbers.reportsInDoubt();
    record(first, 20, 0);
    expect(doneAtOnce(numbers.abandonReports('masterGone'))).toEqual(count(20, 0));
    record(second, 30, 3);
    doneAtOnce(numbers.abandonReports('reset'));
    record(second, 2, 0);
    expect(numbers.close()).toEqual({
      recorded: count(65, 7),
      delivered: count(12, 3),
      unconfirmed: count(1, 1),
      undelivered: count(22, 0),
      reset: count(30, 3),
      undeliveredRows: [{ method: 'GET', name: '/', ...count(22, 0) }],
      unconfirmedRows: [{ method: 'GET', name: '/', ...count(1, 1) }],
    });
  });

  it('begin anew for scenarios with a reset, while threads go on counting', () => {
    const { numbers, thread, record } = scene();
    const metrics = new Recorder({ sink: (message) => numbers.ledgers.metricLedgers.define('0.0', message), problem: () => undefined, wallOffsetMs: 1_700_000_000_000 });
    const [first, lost] = [thread('0.0'), thread('1.0')];
    const slow = (recorder: Recorder, ms: number): void => {
      recorder.record('GET', '/', ms, 0, null, 1);
      metrics.row('trend', 'render').success(ms, 0, 1);
      metrics.row('check', 'fine').pass(true, 1);
    };
    for (const recorder of [first, lost]) slow(recorder, 900);
    numbers.threadEnded('1.0');
    expect(numbers.soFar()).toMatchObject({ requests: 2, p95Ms: 900, checks: [{ passes: 2 }], metrics: [{ count: 2, percentiles: { 50: 900 } }] });
    doneAtOnce(numbers.abandonReports('reset'));
    expect(numbers.soFar()).toMatchObject({ requests: 0, p95Ms: null, rows: {}, checks: [], metrics: [] });
    slow(first, 20);
    record(first, 3, 3);
    expect(numbers.soFar()).toMatchObject({ requests: 4, failures: 3, maxMs: 20, p95Ms: 20, checks: [{ passes: 1 }], metrics: [{ count: 1, percentiles: { 50: 20 } }] });
    expect(doneAtOnce(numbers.takeReport()).total).toMatchObject({ numRequests: 4, maxResponseTimeMs: 20 });
  });

  it('include what a lost thread had counted, once', () => {
    const { numbers, thread, record } = scene();
    record(thread('0.0'), 5, 1);
    numbers.threadEnded('0.0');
    numbers.threadEnded('0.0');
    record(thread('0.1'), 2, 0);
    doneAtOnce(numbers.takeReport());
    numbers.reportsTaken(1);
    expect(numbers.close()).toMatchObject({ recorded: count(7, 1), delivered: count(7, 1), undelivered: none });
  });

  it('have the same samples from their intended start beside them, which count for nothing', () => {
    const aggregator = (): Aggregator => new Aggregator({ nowSec: () => 1_700_000_000 });
    const numbers = new RecordedNumbers(aggregator(), () => undefined, aggregator());
    const { ledgers, scheduleLedgers } = numbers.ledgers;
    const [own, late] = [ledgers, scheduleLedgers].map((into) => new Recorder({ sink: (message) => into?.define('0.0', message), problem: () => undefined, wallOffsetMs: 1_700_000_000_000 }));
    const record = (): void => {
      own?.record('GET', '/', 5, 0, 'no', 10);
      late?.record('GET', '/', 2_005, 0, 'no', 10);
    };
    record();
    const { rows, total, besides, errors } = doneAtOnce(numbers.takeReport());
    expect([rows, besides].map((all) => all?.map(({ name, numRequests, numFailures, totalResponseTimeMs }) => [name, numRequests, numFailures, totalResponseTimeMs]))).toEqual([[['/', 1, 1, 5]], [['/ [from schedule]', 1, 1, 2_005]]]);
    expect([total.numRequests, errors.length]).toEqual([1, 1]);
    record();
    numbers.clear();
    expect(doneAtOnce(numbers.takeReport())).toMatchObject({ rows: [], total: { numRequests: 0 } });
    expect(doneAtOnce(numbers.takeReport()).besides).toBeUndefined();
    expect(numbers.close().recorded).toEqual(count(2, 2));
  });

  it('are with the next report when one found no connection', () => {
    const aggregator = (): Aggregator => new Aggregator({ nowSec: () => 1_700_000_000 });
    const numbers = new RecordedNumbers(aggregator(), () => undefined, aggregator());
    const recorderOf = (ledgers: Ledgers | undefined): Recorder =>
      new Recorder({ sink: (message) => ledgers?.define('0.0', message), problem: () => undefined, wallOffsetMs: 1_700_000_000_000 });
    const recorders = [recorderOf(numbers.ledgers.ledgers), recorderOf(numbers.ledgers.scheduleLedgers)];
    const record = (requests: number): void => {
      for (let index = 0; index < requests; index++) for (const recorder of recorders) recorder.record('GET', '/', 1, 0, 'no', index);
    };
    record(1);
    doneAtOnce(numbers.takeReport());
    record(2);
    doneAtOnce(numbers.takeReport());
    numbers.putReportBack();
    numbers.putReportBack();
    numbers.reportsInDoubt();
    record(4);
    const { total, rows, besides } = doneAtOnce(numbers.takeReport());
    expect([total.numRequests, rows[0]?.numRequests, besides?.[0]?.numRequests]).toEqual([6, 6, 6]);
    numbers.reportsTaken(1);
    expect(numbers.close()).toMatchObject({ recorded: count(7, 7), delivered: count(6, 6), unconfirmed: count(1, 1), undelivered: none });
  });

  it('include what no report had carried when a run begins: nobody has it', () => {
    const { numbers, thread, record } = scene();
    record(thread('0.0'), 5, 1);
    numbers.clear();
    expect(doneAtOnce(numbers.takeReport()).total.numRequests).toBe(0);
    numbers.reportsTaken(1);
    expect(numbers.close()).toMatchObject({ recorded: count(5, 1), undelivered: count(5, 1) });
  });
});

describe('checks and metrics of the scenario', () => {
  function metricScene() {
    const { numbers, warnings } = scene();
    const recorder = new Recorder({ sink: (message) => numbers.ledgers.metricLedgers.define('0.0', message), problem: () => undefined, wallOffsetMs: 1_700_000_000_000 });
    const report = () => doneAtOnce(numbers.takeReport());
    return { numbers, warnings, recorder, report };
  }

  it('are rows beside the requests, as far as a table of requests can say them', () => {
    const { numbers, warnings, recorder, report } = metricScene();
    for (const isTrue of [true, false]) recorder.row('check', 'fine').pass(isTrue, 1);
    recorder.row('counter items', 'sold').add(2.5, 1);
    recorder.row('counter', 'nothing').add(0, 1);
    recorder.row('trend', 'render').success(30, 0, 1);
    recorder.row('trend bytes', 'size').success(7, 0, 1);
    recorder.row('trend items', 'basket').success(7, 0, 1);
    recorder.row('gauge', 'queue').set(7, 1);
    const { rows, total, errors, besides = [] } = report();
    expect([rows, total.numRequests, errors]).toEqual([[], 0, []]);
    expect(besides.map(({ method, name, numRequests, numNoneRequests, numFailures, totalResponseTimeMs, totalContentLength }) => [method, name, numRequests, numNoneRequests, numFailures, totalResponseTimeMs, totalContentLength])).toEqual([
      ['check', 'fine', 2, 2, 1, 0, 0],
      ['counter items', 'sold', 2.5, 2.5, 0, 0, 0],
      ['trend', 'render', 1, 0, 0, 30, 0],
      ['trend bytes', 'size', 1, 1, 0, 0, 7_000],
      ['trend items', 'basket', 1, 1, 0, 0, 0],
    ]);
    expect(besides[1]?.requestsPerSec).toEqual(new Map([[1_700_000_000, 2.5]]));
    report();
    recorder.row('gauge', 'queue').set(8, 1);
    expect(report().besides).toBeUndefined();
    expect(warnings.map((text) => text.slice(0, 20))).toEqual(["trend items 'basket'", "gauge 'queue': a Loc"]);
    expect(numbers.close().recorded).toEqual(none);
  });

  it('come again with the next report when one was not sent', () => {
    const { numbers, recorder, report } = metricScene();
    recorder.row('check', 'fine').pass(true, 1);
    report();
    numbers.putReportBack();
    recorder.row('check', 'fine').pass(false, 1);
    expect(report().besides).toMatchObject([{ numRequests: 2, numFailures: 1 }]);
    numbers.clear();
    expect(report().besides).toBeUndefined();
  });
});
