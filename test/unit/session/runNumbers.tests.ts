/** The numbers of a run, as its load threads record them. */
import { RunNumbers } from '../../../src/session/runNumbers.ts';
import { SimulatedThread } from '../stats/simulatedThread.ts';

const numbersAt = (): RunNumbers => new RunNumbers(() => 0, () => undefined);

it('of a schedule has no seconds, as nobody asks for them and a run may last for days', () => {
  const numbers = numbersAt();
  const { ledgers, scheduleLedgers } = numbers.ledgers;
  const [counted, scheduled] = [ledgers, scheduleLedgers].map((all) => new SimulatedThread((message) => all.define('0', message)).recorder);
  for (let second = 1; second <= 3; second++) {
    counted?.record('GET', '/', 10, 0, 'no', 1_000 * second);
    scheduled?.record('GET', '/', 30, 0, 'no', 1_000 * second);
    numbers.takeReport({ elapsedMs: 1_000 * second, userCount: 1 });
  }
  const { stats, fromSchedule } = numbers;
  expect([stats.total, ...stats.rows].map(({ requestsPerSec, failuresPerSec }) => [requestsPerSec.size, failuresPerSec.size])).toEqual([[3, 3], [3, 3]]);
  expect([fromSchedule?.total, ...(fromSchedule?.rows ?? [])].map((row) => [row?.numRequests, row?.maxResponseTimeMs, row?.requestsPerSec.size, row?.failuresPerSec.size])).toEqual([[3, 30, 0, 0], [3, 30, 0, 0]]);
});

it('has the errors that escaped tasks while nothing was counted, as Locust has those from before its --reset-stats', () => {
  const numbers = numbersAt();
  numbers.exception({ message: 'cold', trace: 'at task', isOutsideTask: false, count: 2 });
  numbers.startCounting();
  expect(numbers.stats.exceptions).toMatchObject([{ message: 'cold', occurrences: 2 }]);
});
