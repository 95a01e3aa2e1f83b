/** The target's counts are what other tests hold everything else against: so they are tested with bare sockets. */
import { once } from 'node:events';
import { connect } from 'node:net';

import { TestProcesses } from '../support/processes.ts';
import { Target } from '../support/target.ts';
import { until } from '../support/until.ts';

let processes: TestProcesses;
let target: Target;

beforeAll(async () => {
  processes = new TestProcesses();
  target = await Target.start(processes);
});
afterAll(async () => {
  await processes[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await target.reset();
});

test('each answered request counts once, under its path', async () => {
  for (const path of ['/', '/hello', '/hello?page=2', '/world', '/item/1', '/item/2', '/slow?ms=5', '/status/404', '/nowhere']) {
    await (await fetch(target.url + path)).arrayBuffer();
  }
  await (await fetch(`${target.url}/hello`, { method: 'POST', body: 'x'.repeat(100_000) })).arrayBuffer();
  expect(await target.counts()).toEqual({
    answered: 10,
    aborted: 0,
    paths: { '/': 1, '/hello': 3, '/world': 1, '/item/[id]': 2, '/slow': 1, '/status/404': 1, other: 1 },
  });
});

test.each([
  ['/hello', 200, 'Hello'],
  ['/item/7', 200, 'item 7'],
  ['/status/204', 204, ''],
  ['/status/304', 304, ''],
  ['/status/503', 503, ''],
  ['/status/999', 404, 'no such page'],
])('%s is answered with %d', async (path, status, body) => {
  const response = await fetch(target.url + path, { redirect: 'manual' });
  expect({ status: response.status, body: await response.text() }).toEqual({ status, body });
});

test('HEAD is answered without a body', async () => {
  const response = await fetch(`${target.url}/hello`, { method: 'HEAD' });
  expect(await response.text()).toBe('');
});

test('/slow answers as late as it was asked to', async () => {
  const beganMs = performance.now();
  await (await fetch(`${target.url}/slow?ms=120`)).text();
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(119);
});

test('a request whose connection goes away before the answer is not answered', async () => {
  const { hostname, port } = new URL(target.url);
  const socket = connect(Number(port), hostname);
  socket.write('GET /slow?ms=100 HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'connect');
  setTimeout(() => socket.destroy(), 30);
  await until('it counts as aborted', async () => (await target.counts()).aborted === 1);
  // Past the moment at which it would have been answered.
  await (await fetch(`${target.url}/slow?ms=120`)).text();
  expect(await target.counts()).toEqual({ answered: 1, aborted: 1, paths: { '/slow': 1 } });
});

test('it ends when its parent is gone, which closes its input', async () => {
  const orphan = await Target.start(processes);
  orphan.child.endInput();
  expect(await orphan.child.exit).toMatchObject({ code: 0, signal: null });
});
