/** examples/redis.ts against a real redis-server: it, the worker and the master count the same. */
import { ProtocolRun, requestsByName, sumOf, totalCount } from './protocolRun.ts';
import { rowOf } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { redisTest, RedisServer } from '../support/servers/redisServer.ts';
import { until } from '../support/until.ts';

const users = 8;
const example = { scenario: 'examples/redis.ts', className: 'RedisUser', users, threads: 2 };

redisTest('redis: every command that the server executed is counted, and every user has a connection of his own', async () => {
  await using processes = new TestProcesses();
  await using redis = await RedisServer.start(processes);
  const connectionsBefore = await redis.connections();
  const run = await ProtocolRun.start(processes, { ...example, host: redis.url });
  await run.requests(300);
  const stats = await run.stop();

  const { get, set, incr, hset, exec } = await redis.commands();
  expect(requestsByName(stats, 'redis')).toEqual({
    connect: users,
    GET: get?.calls,
    SET: set?.calls,
    INCR: incr?.calls,
    'HSET + EXPIRE': hset?.calls,
  });
  expect(exec?.calls).toBe(hset?.calls);
  expect((await redis.connections()) - connectionsBefore).toBe(users);
  await until('all connections are closed', async () => (await redis.openConnections()) === 1);
  expect(await run.quit()).toEqual(totalCount(stats));
  expect(totalCount(stats)).toEqual({ requests: sumOf(requestsByName(stats, 'redis')), failures: 0 });
});

redisTest('redis: an error of the server is a failure of its row, with its text', async () => {
  await using processes = new TestProcesses();
  await using redis = await RedisServer.start(processes);
  await redis.admin.rpush('visits', 'a list cannot be counted up');
  const run = await ProtocolRun.start(processes, { ...example, host: redis.url });
  await run.requests(300);
  const stats = await run.stop();

  const failed = (await redis.commands())['incr']?.failed ?? 0;
  expect(failed).toBeGreaterThan(0);
  expect(rowOf(stats, 'redis', 'INCR')).toMatchObject({ num_requests: failed, num_failures: failed });
  expect(stats.errors).toMatchObject([
    { method: 'redis', name: 'INCR', error: 'ReplyError: WRONGTYPE Operation against a key holding the wrong kind of value', occurrences: failed },
  ]);
  expect(await run.quit()).toEqual(totalCount(stats));
  expect(totalCount(stats).failures).toBe(failed);
});

redisTest('redis: the server dies in the middle of a run: failures, no crash', async () => {
  await using processes = new TestProcesses();
  await using redis = await RedisServer.start(processes);
  const run = await ProtocolRun.start(processes, { ...example, host: redis.url });
  await run.requests(100);
  redis.child.kill();
  await until('each user fails', async () => (totalCount(await run.master.stats()).failures > users ? true : null));
  const stats = await run.stop();
  expect(await run.quit()).toEqual(totalCount(stats));
  expect(run.worker.lines.join('\n')).not.toMatch(/uncaught|Unhandled|replaced/iu);
});
