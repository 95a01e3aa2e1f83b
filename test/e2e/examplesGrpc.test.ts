/** examples/grpc.ts against a real gRPC server: it, the worker and the master count the same. */
import { ProtocolRun, requestsByName, totalCount } from './protocolRun.ts';
import { rowOf } from '../support/locustMaster.ts';
import { TestProcesses } from '../support/processes.ts';
import { GrpcShopServer } from '../support/servers/grpcServer.ts';
import { until } from '../support/until.ts';

const users = 8;
const example = { scenario: 'examples/grpc.ts', className: 'GrpcUser', users, threads: 2 };

test('grpc: each call and each stream that the server answered is counted, and every user has a connection of his own', async () => {
  await using server = await GrpcShopServer.start();
  await using processes = new TestProcesses();
  const run = await ProtocolRun.start(processes, { ...example, host: server.address });
  await run.requests(300);
  const stats = await run.stop();

  const { items, streams } = server.counts;
  expect(requestsByName(stats, 'grpc')).toEqual({
    connect: users,
    'shop.Shop/GetItem': items,
    'shop.Shop/ListItems': streams,
    'shop.Shop/ListItems first item': streams,
  });
  expect(server.peers.size).toBe(users);
  expect(await run.quit()).toEqual(totalCount(stats));
  expect(totalCount(stats).failures).toBe(0);
});

test("grpc: the service's errors are failures with their status", async () => {
  await using server = await GrpcShopServer.start();
  server.firstItem = 1000;
  await using processes = new TestProcesses();
  const run = await ProtocolRun.start(processes, { ...example, host: server.address });
  await run.requests(200);
  const stats = await run.stop();

  const { items } = server.counts;
  expect(rowOf(stats, 'grpc', 'shop.Shop/GetItem')).toMatchObject({ num_requests: items, num_failures: items });
  expect(stats.errors).toMatchObject([{ error: 'Error: 5 NOT_FOUND: no such item', occurrences: items }]);
  expect(await run.quit()).toEqual(totalCount(stats));
});

test('grpc: without a stop timeout a stream is cancelled and does not count', async () => {
  await using server = await GrpcShopServer.start();
  server.holdsStreams = true;
  await using processes = new TestProcesses();
  const run = await ProtocolRun.start(processes, { ...example, host: server.address, stopTimeoutSec: 0 });
  // Each user ends in a stream that the server holds open; its deadline is 5 s away.
  await until('all users are in a stream', () => server.counts.streams === users);
  const stats = await run.stop();
  await until('all streams are cancelled', () => server.counts.cancelled === users);
  expect(totalCount(stats).failures).toBe(0);
  expect(requestsByName(stats, 'grpc')).toEqual({
    connect: users,
    'shop.Shop/GetItem': server.counts.items,
    'shop.Shop/ListItems first item': users,
  });
  expect(await run.quit()).toEqual(totalCount(stats));
});
