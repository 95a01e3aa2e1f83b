/** examples/postgres.ts against a real PostgreSQL: it, the worker and the master count the same. */
import { ProtocolRun, requestsByName, totalCount } from './protocolRun.ts';
import { TestProcesses } from '../support/processes.ts';
import { PostgresServer, postgresTest } from '../support/servers/postgresServer.ts';
import { until } from '../support/until.ts';

const users = 6;
const example = { scenario: 'examples/postgres.ts', className: 'PostgresUser', users, threads: 2 };

postgresTest('postgres: every statement that the server executed is counted', async () => {
  await using processes = new TestProcesses();
  await using postgres = await PostgresServer.start(processes);
  const run = await ProtocolRun.start(processes, { ...example, host: postgres.url });
  await run.requests(300);
  const stats = await run.stop();

  await until('all sessions are closed', async () => (await postgres.openSessions()) === 0);
  const executed = await postgres.statements();
  expect(requestsByName(stats, 'sql')).toEqual({
    connect: users,
    'insert order': executed['INSERT INTO orders (item, price) VALUES ($1, $2)'],
    'sum of orders': executed['SELECT coalesce(sum(price), $1) AS total FROM orders'],
    'cancel an order': executed['COMMIT'],
  });
  expect(await run.quit()).toEqual(totalCount(stats));
  expect(totalCount(stats).failures).toBe(0);
});

postgresTest('postgres: the server ends all sessions in the middle of a run: failures, no crash', async () => {
  await using processes = new TestProcesses();
  await using postgres = await PostgresServer.start(processes);
  const run = await ProtocolRun.start(processes, { ...example, host: postgres.url });
  await run.requests(100);
  await postgres.admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  await until('the users fail', async () => totalCount(await run.master.stats()).failures > users);
  const stats = await run.stop();
  expect(await run.quit()).toEqual(totalCount(stats));
  expect(run.worker.lines.join('\n')).not.toMatch(/uncaught|Unhandled|replaced/iu);
});
