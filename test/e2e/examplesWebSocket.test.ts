/** examples/webSocket.ts against a real WebSocket server: it, the worker and the master count the same. */
import { ProtocolRun, requestsByName, totalCount } from './protocolRun.ts';
import { rowOf } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { CountingWebSocketServer } from '../support/servers/webSocketServer.ts';
import { until } from '../support/until.ts';

const users = 8;
const example = { scenario: 'examples/webSocket.ts', className: 'WebSocketUser', users, threads: 2 };

test('webSocket: each reply and each pushed message that the server sent is counted', async () => {
  await using server = await CountingWebSocketServer.start();
  await using processes = new TestProcesses();
  const run = await ProtocolRun.start(processes, { ...example, host: server.url });
  await run.requests(300);
  const stats = await run.stop();

  const { connections, echoes, pushes } = server.counts;
  expect(connections).toBe(users);
  expect(requestsByName(stats, 'ws')).toEqual({ connect: connections, echo: echoes, push: pushes });
  expect(rowOf(stats, 'ws', 'echo').avg_content_length).toBeGreaterThanOrEqual('{"type":"echo","id":1}'.length);
  await until('all connections are closed', () => server.open === 0);
  expect(await run.quit()).toEqual(totalCount(stats));
  expect(totalCount(stats).failures).toBe(0);
});

test('webSocket: broken connections are failures that say so', async () => {
  await using server = await CountingWebSocketServer.start();
  await using processes = new TestProcesses();
  const run = await ProtocolRun.start(processes, { ...example, host: server.url });
  await run.requests(100);
  server.hangUp();
  await until('each user fails', async () => totalCount(await run.master.stats()).failures > users);
  const stats = await run.stop();
  expect(new Set(stats.errors.map(({ error }) => error))).toEqual(new Set(['Error: the server closed the connection']));
  expect(await run.quit()).toEqual(totalCount(stats));
});
