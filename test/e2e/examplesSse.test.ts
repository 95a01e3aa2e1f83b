/** examples/sse.ts against a service that answers word by word: it, the worker and the master count and time the same. */
import { ProtocolRun, requestsByName, totalCount } from './protocolRun.ts';
import { rowOf } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { answer, pausesMs, SseServer } from '../support/servers/sseServer.ts';
import { until } from '../support/until.ts';

const users = 8;
const example = { scenario: 'examples/sse.ts', className: 'SseUser', users, threads: 2 };
/** Timers of two processes that count whole milliseconds. */
const timerErrorMs = 3;

test('sse: a first chunk, what is between chunks, and a total for each answer', async () => {
  await using server = await SseServer.start();
  await using processes = new TestProcesses();
  const run = await ProtocolRun.start(processes, { ...example, host: server.url });
  await run.requests(200);
  const stats = await run.stop();

  const { answers, words } = server.counts;
  expect(words).toBe(answers * answer.words);
  expect(requestsByName(stats, 'SSE')).toEqual({ 'first chunk': answers, 'between chunks': words - answers, total: answers });
  const first = rowOf(stats, 'SSE', 'first chunk');
  const between = rowOf(stats, 'SSE', 'between chunks');
  const total = rowOf(stats, 'SSE', 'total');
  expect(first.min_response_time).toBeGreaterThanOrEqual(pausesMs.first - timerErrorMs);
  expect(between.avg_response_time).toBeGreaterThanOrEqual(pausesMs.between - timerErrorMs);
  expect(total.min_response_time).toBeGreaterThanOrEqual(pausesMs.first + (answer.words - 1) * (pausesMs.between - timerErrorMs));
  expect(total.avg_response_time).toBeGreaterThanOrEqual(first.avg_response_time + (answer.words - 1) * between.avg_response_time - timerErrorMs);
  expect(total.avg_content_length).toBe(answer.bytes);
  expect(await run.quit()).toEqual(totalCount(stats));
  expect(totalCount(stats).failures).toBe(0);
});

test('sse: a refused question and a broken answer are failures of the total', async () => {
  await using server = await SseServer.start();
  server.mood = 'refuses';
  await using processes = new TestProcesses();
  const run = await ProtocolRun.start(processes, { ...example, host: server.url });
  await run.requests(20);
  server.mood = 'breaks';
  await until('some answers are broken', () => server.counts.broken > 20);
  const stats = await run.stop();

  const { refused, broken, answers } = server.counts;
  expect(rowOf(stats, 'SSE', 'total')).toMatchObject({ num_requests: refused + broken, num_failures: refused + broken });
  expect(answers).toBe(0);
  expect(stats.errors.find(({ error }) => error === 'Error: status 503')?.occurrences).toBe(refused);
  expect(await run.quit()).toEqual(totalCount(stats));
});

test('sse: without a stop timeout an answer in the middle is aborted and does not count', async () => {
  await using server = await SseServer.start();
  server.mood = 'hangs';
  await using processes = new TestProcesses();
  const run = await ProtocolRun.start(processes, { ...example, host: server.url, stopTimeoutSec: 0 });
  await run.requests(users);
  const stats = await run.stop();
  expect(requestsByName(stats, 'SSE')).toEqual({ 'first chunk': users });
  expect(totalCount(stats).failures).toBe(0);
  await until('all connections are given up', () => server.counts.aborted === users);
  expect(await run.quit()).toEqual(totalCount(stats));
});
