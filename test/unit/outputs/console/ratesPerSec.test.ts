import { currentRates, wholeRates } from '../../../../src/outputs/console/ratesPerSec.ts';
import { row, startSec } from './sampleRun.ts';

const counts = new Map(Array.from({ length: 30 }, (_, second) => [startSec + second, second]));
const total = row('', 'Aggregated', [1], { numRequests: 435, requestsPerSec: counts, lastRequestSec: startSec + 29.5, failuresPerSec: new Map([[startSec + 20, 5]]) });

it('counts the last ten whole seconds, as Locust does', () => {
  // Seconds 17 … 26: Locust 2.47 gives 21.5 for the same counts.
  expect(currentRates(total, total)).toEqual({ requestsPerSec: 21.5, failuresPerSec: 0.5 });
});

it('counts from the start when the run is younger than that', () => {
  const young = { ...total, lastRequestSec: startSec + 4.2 };
  expect(currentRates(young, young).requestsPerSec).toBe(0.5);
  expect(currentRates(row('', 'x', []), row('', 'x', []))).toEqual({ requestsPerSec: 0, failuresPerSec: 0 });
});

it('divides a run by the time until the last request of all', () => {
  const half = row('GET', '/', [1], { numRequests: 59, numFailures: 29.5, lastRequestSec: startSec + 3 });
  expect(wholeRates(half, total)).toEqual({ requestsPerSec: 2, failuresPerSec: 1 });
  expect(wholeRates(half, { ...total, lastRequestSec: null }).requestsPerSec).toBe(0);
});
