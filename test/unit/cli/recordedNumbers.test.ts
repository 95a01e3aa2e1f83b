import { RecordedNumbers } from '../../../src/cli/recordedNumbers.ts';
import { Aggregator } from '../../../src/stats/aggregator.ts';
import { Recorder } from '../../../src/stats/recorder.ts';

function scene() {
  const warnings: string[] = [];
  const numbers = new RecordedNumbers(new Aggregator({ nowSec: () => 1_700_000_000 }), (text) => warnings.push(text));
  const thread = (key: string): Recorder =>
    new Recorder({ sink: (message) => numbers.define(key, message), problem: () => undefined, wallOffsetMs: 1_700_000_000_000 });
  const record = (recorder: Recorder, requests: number, failures: number): void => {
    for (let index = 0; index < requests; index++) recorder.record('GET', '/', 1, 0, index < failures ? 'no' : null, index);
  };
  return { numbers, thread, record, warnings };
}

describe('the numbers of a process', () => {
  it('are those that reports have carried, over all runs and threads', () => {
    const { numbers, thread, record } = scene();
    const [first, second] = [thread('0.0'), thread('1.0')];
    record(first, 5, 1);
    record(second, 7, 2);
    expect(numbers.process()).toEqual({ requests: 0, failures: 0 });
    expect(numbers.takeReport().total).toMatchObject({ numRequests: 12, numFailures: 3 });
    expect(numbers.run()).toMatchObject({ requests: 12, failures: 3 });
    numbers.clear();
    expect(numbers.run()).toMatchObject({ requests: 0, failures: 0 });
    record(first, 1, 1);
    numbers.takeReport();
    expect(numbers.process()).toEqual({ requests: 13, failures: 4 });
  });

  it('include what a lost thread had counted, once', () => {
    const { numbers, thread, record } = scene();
    record(thread('0.0'), 5, 1);
    numbers.threadEnded('0.0');
    numbers.threadEnded('0.0');
    record(thread('0.1'), 2, 0);
    numbers.takeReport();
    expect(numbers.process()).toEqual({ requests: 7, failures: 1 });
  });

  it('include what no report had carried when a run begins', () => {
    const { numbers, thread, record } = scene();
    record(thread('0.0'), 5, 1);
    numbers.clear();
    expect(numbers.process()).toEqual({ requests: 5, failures: 1 });
    expect(numbers.takeReport().total.numRequests).toBe(0);
  });
});
