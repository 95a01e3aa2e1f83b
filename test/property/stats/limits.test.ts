/** What takes seconds: thousands of names, and a stack that ends anywhere. */
import { Aggregator } from '../../../src/stats/aggregator.ts';
import { manyRows, maxRows } from '../../../src/stats/ledgerLayout.ts';
import { foldedRowName } from '../../../src/stats/recorder.ts';
import { expectConsistent } from '../../unit/stats/reportChecks.ts';
import { SimulatedThread, wallOffsetMs } from '../../unit/stats/simulatedThread.ts';

const setUp = (): { aggregator: Aggregator; thread: SimulatedThread } => {
  const aggregator = new Aggregator({ nowSec: () => wallOffsetMs / 1000 });
  return { aggregator, thread: new SimulatedThread((message) => aggregator.define('0', message)) };
};

test('names and errors of a run take no place in the next one', () => {
  const { aggregator, thread } = setUp();
  for (let index = 0; index < 20_100; index++) thread.recorder.record('GET', `/item/${index}`, 1, 0, `error ${index}`, 0);
  const before = aggregator.takeReport();
  expect(before.rows).toHaveLength(20_001);
  aggregator.clear();
  thread.beginRun();
  thread.recorder.record('GET', '/new', 1, 0, 'new error', 0);
  const { rows, errors } = aggregator.takeReport();
  expect(rows.map(({ name }) => name)).toEqual(['/new']);
  expect(errors.map(({ name, error }) => [name, error])).toEqual([['/new', 'new error']]);
});

test('a request that runs out of stack leaves the ledger readable, wherever it breaks off', () => {
  const { aggregator, thread } = setUp();
  const row = thread.recorder.row('GET', '/deep');
  let calls = 0;
  const dive = (): void => {
    // Another second each time, so that the long way through the recorder is taken.
    row.success(1, 0, (calls++ % 100) * 1_000);
    dive();
  };
  // Frames of another size first, so that the stack ends at a different place in each turn.
  const shifted = (frames: number, ...padding: readonly number[]): void => (frames === 0 ? dive() : shifted(frames - 1, ...padding));
  for (let turn = 0; turn < 40; turn++) {
    calls = 0;
    expect(() => shifted(turn, 1, 2, 3)).toThrow(RangeError);
    // The last call may have broken off before it counted.
    const report = aggregator.takeReport();
    expectConsistent(report);
    expect([calls - 1, calls]).toContain(report.total.numRequests);
  }
});

test('many names are warned of at 1 000, and folded beyond 20 000 with exact counts', () => {
  const { aggregator, thread } = setUp();
  const { recorder } = thread;
  for (let number = 0; number < manyRows - 1; number++) recorder.row('GET', `/${number}`);
  expect(thread.problems).toHaveLength(0);
  recorder.row('GET', '/one too many');
  expect(thread.problems).toHaveLength(1);
  for (let number = manyRows; number < maxRows; number++) recorder.row('GET', `/${number}`);
  expect(thread.problems).toHaveLength(1);
  recorder.record('GET', '/0', 1, 0, null, 0);
  for (let number = 0; number < 500; number++) recorder.record('GET', `/beyond/${number}`, 1, 0, number < 5 ? 'e' : null, 0);
  expect(thread.problems).toHaveLength(2);
  const report = aggregator.takeReport();
  expectConsistent(report);
  expect(report.rows).toMatchObject([
    { method: 'GET', name: '/0', numRequests: 1 },
    { method: '', name: foldedRowName, numRequests: 500, numFailures: 5 },
  ]);
});
