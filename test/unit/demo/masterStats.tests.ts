import { readMasterStats } from '../../../locust/demo/run.ts';

const answer = {
  state: 'running',
  user_count: 7,
  current_rps: 12.5,
  workers: [{ id: 'host_ab', state: 'running', user_count: 7 }],
  stats: [
    { name: '/hello', method: 'GET', num_requests: 30, num_failures: 2 },
    { name: 'Aggregated', method: '', num_requests: 31, num_failures: 3 },
  ],
};

test('the numbers of the whole run are those of the last row', () => {
  expect(readMasterStats(answer)).toEqual({ state: 'running', users: 7, requests: 31, failures: 3, requestsPerSec: 12.5, workers: 1 });
});

test.each([
  ['no object', 'Internal Server Error'],
  ['null', null],
  ['no workers: not a master', { ...answer, workers: undefined }],
  ['no rows', { ...answer, stats: [] }],
  ['a last row that is not the total', { ...answer, stats: answer.stats.slice(0, 1) }],
  ['a total without numbers', { ...answer, stats: [{ name: 'Aggregated' }] }],
])('%s is not taken for an answer', (_case, body) => {
  expect(readMasterStats(body)).toBeNull();
});
