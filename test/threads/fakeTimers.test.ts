/** A scenario that puts other clocks and timers in place of Node's: users and reports go on, and somebody says so. */
import { jest } from '@jest/globals';
import { Socket } from 'node:net';
import { once } from 'node:events';
import { readBeforeEnd } from '../../src/http/connection/unreadAnswer.ts';
import { HttpClient } from '../../src/http/httpClient.ts';
import { keepNodesTime } from '../../src/util/nodeTime.ts';
import { engines } from '../support/engines.ts';
import { startRawServer } from '../support/httpServer.ts';
import { recordingSink } from '../support/recordingSink.ts';
import { until } from '../support/until.ts';
import { closeScenes, runOptions, Scene } from './poolScene.ts';

afterEach(closeScenes);

it('fake timers stop neither users nor their end, and times are true', async () => {
  const scene = await Scene.open('threadsFakeTimers.ts', { hangTimeoutMs: 3_000 });
  scene.pool.startRun(runOptions);
  await scene.reach(1, { Shopper: 3 });
  await scene.counts((counted) => (counted['sleeps']?.requests ?? 0) >= 30);
  await until('the warning', () => scene.logs.length > 0);
  await scene.stop(2);
  expect(scene.logs).toEqual([
    expect.stringMatching(/^warning: the scenario has put others in place of Node's setTimeout, setInterval, setImmediate, performance\.now, Date\.now, and they do not run by themselves \(fake timers\?\): /u),
  ]);
  const times = scene.of('customFromUser').map(({ data }) => data as number);
  expect(Math.min(...times)).toBeGreaterThan(18);
  expect(scene.of('exception')).toEqual([]);
});

describe('under fake timers of a test', () => {
  beforeEach(() => {
    keepNodesTime();
    jest.useFakeTimers();
  });
  afterEach(() => void jest.useRealTimers());

  it('a failed write ends its socket', async () => {
    const socket = new Socket();
    readBeforeEnd(socket);
    const reason = Object.assign(new Error('write EPIPE'), { syscall: 'write', code: 'EPIPE' });
    const failed = once(socket, 'error');
    socket.destroy(reason);
    expect(await failed).toEqual([reason]);
  });

  it.each(engines)('a connection of %s is given up when nobody shakes hands', async (_, engine) => {
    const server = await startRawServer(() => undefined);
    const client = new HttpClient({ engine, baseUrl: server.url.replace('http', 'https'), sink: recordingSink(), defaults: { connectionTimeout: 0.05 } });
    expect((await client.get('/x')).error).toMatch(/^ConnectTimeout: /u);
    client.close();
    await server.close();
  });
});
