/** Names with several addresses: whichever answers is connected to, however long it takes, within `connectionTimeout`. */
import dns from 'node:dns';
import { Worker } from 'node:worker_threads';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import { HttpClient } from '../../src/http/httpClient.ts';
import type { HttpDefaults } from '../../src/http/index.ts';
import { engines } from '../support/engines.ts';
import { startHttpServer } from '../support/httpServer.ts';
import { freePort } from '../support/ports.ts';
import { recordingSink } from '../support/recordingSink.ts';
import type { RecordingSink } from '../support/recordingSink.ts';
import { cert, key } from '../support/testCertificate.ts';

const realLookup = dns.lookup;
let endings: (() => unknown)[];
let sink: RecordingSink;

beforeEach(() => {
  endings = [() => (dns.lookup = realLookup)];
  sink = recordingSink();
});

afterEach(async () => {
  for (const end of endings.reverse()) await end();
});

/** `localhost` has these addresses. */
function resolveTo(...addresses: readonly string[]): void {
  const answer = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const known = realLookup as (...call: unknown[]) => void;
  const fake = (...call: readonly [host: string, options: unknown, callback: (...found: unknown[]) => void]): void => (call[0] === 'localhost' ? void setImmediate(call[2], null, answer) : known(...call));
  dns.lookup = fake as unknown as typeof dns.lookup;
}

/** A thread that listens on `addresses` of one port and stands still for `blockedMs` behind full queues of connections: Linux drops whoever knocks then. */
async function busyServer(blockedMs: number, ...addresses: readonly string[]): Promise<number> {
  const port = await freePort();
  const thread = new Worker(
    `const { createServer } = require('node:http');
     const { parentPort, workerData: { port, blockedMs, addresses } } = require('node:worker_threads');
     let left = addresses.length;
     for (const host of addresses) createServer((_, response) => response.end(host)).listen({ port, host, backlog: 1 }, () => { if (--left === 0) parentPort.postMessage('listens'); });
     parentPort.once('message', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs));`,
    { eval: true, workerData: { port, blockedMs, addresses } },
  );
  await new Promise((resolve) => thread.once('message', resolve));
  thread.postMessage('block');
  await new Promise((resolve) => setTimeout(resolve, 50)); // until it stands still; if it does not yet, the queues are emptied and the test is easier
  const queue: Socket[] = addresses.flatMap((address) => Array.from({ length: 8 }, () => connect(port, address).on('error', () => undefined)));
  endings.push(() => {
    for (const socket of queue) socket.destroy();
    return thread.terminate();
  });
  return port;
}

describe.each(engines)('%s', (_kind, engine) => {
  function open(url: string, defaults: HttpDefaults = {}): HttpClient {
    const client = new HttpClient({ engine, baseUrl: url, sink, defaults });
    endings.push(() => client.close());
    return client;
  }

  it('waits for a target that is slow to accept on all of its addresses', async () => {
    const port = await busyServer(1200, '127.0.0.1', '127.0.0.2');
    resolveTo('127.0.0.1', '127.0.0.2');
    const response = await open(`http://localhost:${port}`, { connectionTimeout: 20 }).get('/x');
    expect([response.error, response.text()]).toEqual([null, expect.stringMatching(/^127\.0\.0\.[12]$/u)]);
    expect(response.elapsedMs).toBeGreaterThan(500);
  });

  it('goes on to the next address when one refuses or keeps silent', async () => {
    const server = await startHttpServer((_, response) => response.end('here'));
    endings.push(() => server.close());
    resolveTo('127.0.0.9', '::1', '127.0.0.1');
    expect((await open(`http://localhost:${server.port}`).get('/x')).text()).toBe('here');
    expect(server.accepted()).toBe(1);
    const secure = createTlsServer({ cert, key }, (_, response) => response.end('secure'));
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    endings.push(() => new Promise((resolve) => (secure.close(resolve), secure.closeAllConnections())));
    const user = open(`https://localhost:${(secure.address() as AddressInfo).port}`, { tls: { ca: cert } });
    expect((await user.get('/x')).text()).toBe('secure');
    expect((await user.get('/x')).text()).toBe('secure');
    expect(sink.rows.map(({ error }) => error)).toEqual([null, null, null]);
  });

  it('fails with what the addresses said, under the name', async () => {
    resolveTo('127.0.0.1', '127.0.0.2');
    const port = await freePort();
    for (const scheme of ['http', 'https']) {
      expect((await open(`${scheme}://localhost:${port}`).get('/x')).error).toBe(`ConnectionRefusedError: connect ECONNREFUSED localhost:${port}`);
    }
  });

  it('gives all of them up at connectionTimeout', async () => {
    const port = await busyServer(60_000, '127.0.0.1', '127.0.0.2');
    resolveTo('127.0.0.1', '127.0.0.2');
    const began = performance.now();
    expect((await open(`http://localhost:${port}`, { connectionTimeout: 1 }).get('/x')).error).toBe(`ConnectTimeout: connect localhost:${port} took more than 1 s`);
    expect(performance.now() - began).toBeGreaterThan(990);
    const client = open(`https://localhost:${port}`, { connectionTimeout: 10 });
    const reason = new Error('stopped');
    const request = client.get('/x');
    setTimeout(() => client.abort(reason), 300);
    await expect(request).rejects.toBe(reason);
  });
});
