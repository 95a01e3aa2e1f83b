import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Attempt } from '../../src/http/connection/openSocket.ts';
import { openPlainSocket } from '../../src/http/connection/undici/undiciDial.ts';
import { freePort } from '../support/ports.ts';

type Outcome = { readonly error: (Error & { readonly code?: string }) | null; readonly socket: Socket | null };

function outcomeOf(port: number, timeoutMs: number, look: (attempt: Attempt) => void = () => undefined): Promise<Outcome> {
  return new Promise((resolve) => {
    look(openPlainSocket({ hostname: '127.0.0.1', port: String(port), socketPath: null, allowed: null }, timeoutMs, (error, socket) => resolve({ error, socket })));
  });
}

describe('a socket for undici', () => {
  it('comes connected, and nothing listens to it any more but Node itself', async () => {
    const server = createServer((accepted) => accepted.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { error, socket } = await outcomeOf((server.address() as AddressInfo).port, 5000);
    try {
      expect(error).toBeNull();
      expect([socket?.listenerCount('error'), socket?.listenerCount('connect'), socket?.readableHighWaterMark]).toEqual([0, 0, 65_536]);
    } finally {
      socket?.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('says why it cannot be connected, or by whom it was given up', async () => {
    expect((await outcomeOf(await freePort(), 5000)).error?.code).toBe('ECONNREFUSED');
    const reason = new Error('not wanted');
    expect((await outcomeOf(await freePort(), 5000, (attempt) => attempt.destroy(reason))).error).toBe(reason);
  });

  it('is given up when it takes too long', async () => {
    // A thread that stands still behind a full queue of connections: Linux drops whoever knocks then.
    const thread = new Worker(
      `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
         require('node:worker_threads').parentPort.postMessage(server.address().port);
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
       });`,
      { eval: true },
    );
    let queue: readonly Socket[] = [];
    try {
      const port = await new Promise<number>((resolve) => thread.once('message', resolve));
      queue = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
      const { error } = await outcomeOf(port, 50);
      expect(error).toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT', message: 'no connection within 50 ms' });
    } finally {
      for (const socket of queue) socket.destroy();
      await thread.terminate();
    }
  });
});
