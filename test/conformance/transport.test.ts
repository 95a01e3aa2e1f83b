/** The socket below the agent: order, endings, and the one way to come back that a ROUTER without handover allows. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Router } from 'zeromq';
import { endpointOf } from '../../src/transport/address.ts';
import { connectDealer, type DealerOptions } from '../../src/transport/dealer.ts';
import type { Transport } from '../../src/agent/ports.ts';

type Heard = { readonly id: string; readonly text: string };

const nodeId = 'box_0123456789abcdef0123456789abcdef';
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const bytes = (of: string): Uint8Array => Buffer.from(of);

/** A ROUTER that writes down what it hears and echoes what begins with `probe`. */
class Echo implements AsyncDisposable {
  readonly heard: Heard[] = [];
  readonly #router = new Router({ linger: 0 });
  readonly accepted: string[] = [];
  port = 0;
  isEchoing = true;

  static async start(port = 0): Promise<Echo> {
    const echo = new Echo();
    void echo.#watch();
    await echo.#router.bind(`tcp://127.0.0.1:${port === 0 ? '*' : port}`);
    echo.port = Number(echo.#router.lastEndpoint?.split(':').at(-1));
    void echo.#run();
    return echo;
  }

  async send(parts: readonly string[]): Promise<void> {
    await this.#router.send([nodeId, ...parts]);
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.#router.events) if (type === 'accept' || type === 'disconnect') this.accepted.push(type);
  }

  async #run(): Promise<void> {
    for await (const [id, payload] of this.#router) {
      if (id === undefined || payload === undefined) continue;
      this.heard.push({ id: text(id), text: text(payload) });
      if (this.isEchoing && text(payload).startsWith('probe')) await this.#router.send([id, payload]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#router.close();
    await until(() => true);
  }
}

async function until(isTrue: () => boolean, timeoutMs = 10_000): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${timeoutMs} ms: ${isTrue.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Client = Transport & { readonly frames: string[]; readonly invalid: string[]; readonly failed: string[] };

function connect(port: number, more: Partial<DealerOptions> = {}): Client {
  const [frames, invalid, failed]: string[][] = [[], [], []];
  const lists = { frames: frames ?? [], invalid: invalid ?? [], failed: failed ?? [] };
  const transport = connectDealer({
    host: '127.0.0.1',
    port,
    nodeId,
    sink: {
      frame: (frame) => lists.frames.push(text(frame)),
      invalid: (reason) => lists.invalid.push(reason),
      failed: (reason) => lists.failed.push(reason),
    },
    ...more,
  });
  return { ...transport, ...lists };
}

test('frames arrive under the identity, in the order in which they were sent without waiting', async () => {
  await using echo = await Echo.start();
  const client = connect(echo.port);
  const sent = Array.from({ length: 5_000 }, (_, index) => `frame ${index}`);
  for (const frame of sent) client.send(bytes(frame));
  await until(() => echo.heard.length >= sent.length);
  expect(echo.heard.map((heard) => heard.text)).toEqual(sent);
  expect(new Set(echo.heard.map(({ id }) => id))).toEqual(new Set([nodeId]));
  await client.close();
});

test('frames sent before there is a master arrive when it appears', async () => {
  const port = await freePort();
  const client = connect(port);
  client.send(bytes('early'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await using echo = await Echo.start(port);
  await until(() => echo.heard.length > 0);
  expect(echo.heard).toEqual([{ id: nodeId, text: 'early' }]);
  await client.close();
});

test('only messages of one frame are messages', async () => {
  await using echo = await Echo.start();
  const client = connect(echo.port);
  client.send(bytes('hello'));
  await until(() => echo.heard.length > 0);
  await echo.send(['one']);
  await echo.send(['', 'delimiter']);
  await echo.send(['a', 'b', 'c']);
  await echo.send(['two']);
  await until(() => client.frames.length >= 2);
  expect(client.frames).toEqual(['one', 'two']);
  expect(client.invalid).toEqual([
    'expected a message of 1 frame, came 2 frames',
    'expected a message of 1 frame, came 3 frames',
  ]);
  await client.close();
});

test('after close everything has left, even if the process ends at that moment', async () => {
  await using echo = await Echo.start();
  const script = `
    import { connectDealer } from ${JSON.stringify(new URL('../../dist/transport/dealer.js', import.meta.url).href)};
    const nothing = () => undefined;
    const transport = connectDealer({ host: '127.0.0.1', port: ${echo.port}, nodeId: '${nodeId}', sink: { frame: nothing, invalid: nothing, failed: nothing } });
    for (let index = 0; index < 3000; index += 1) transport.send(Buffer.alloc(2000, 'x'));
    transport.send(Buffer.from('last'));
    await transport.close();
    process.exit(7);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  expect(code).toBe(7);
  await until(() => echo.heard.at(-1)?.text === 'last');
  expect(echo.heard).toHaveLength(3_001);
});

test('close with nobody there ends within the linger, may be called twice, and later frames are dropped', async () => {
  const client = connect(await freePort());
  client.send(bytes('lost'));
  const startedMs = performance.now();
  await Promise.all([client.close(), client.close()]);
  expect(performance.now() - startedMs).toBeLessThan(2_500);
  client.send(bytes('too late'));
  client.reconnect(bytes('probe'));
  expect(client.failed).toEqual([]);
});

test('reconnect: the old connection is gone before the new one, the probe comes first, the rest after its answer', async () => {
  await using echo = await Echo.start();
  const client = connect(echo.port);
  client.send(bytes('before'));
  await until(() => echo.heard.length === 1);
  const startedMs = performance.now();
  client.reconnect(bytes('probe'));
  client.send(bytes('meanwhile 1'));
  client.send(bytes('meanwhile 2'));
  await until(() => echo.heard.length === 4);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  expect(echo.heard.map((heard) => heard.text)).toEqual(['before', 'probe', 'meanwhile 1', 'meanwhile 2']);
  expect(echo.heard.every(({ id }) => id === nodeId)).toBe(true);
  expect(echo.accepted).toEqual(['accept', 'disconnect', 'accept']);
  expect(client.frames).toEqual(['probe']);
  await client.close();
});

test('reconnect while a master is busy: the mute connection is given up, and nothing is lost', async () => {
  // A blocked ROUTER still holds the old connection when the new one comes, and never hears the new one.
  const script = `
    import { createRequire } from 'node:module';
    const { Router } = createRequire(${JSON.stringify(fileURLToPath(import.meta.url))})('zeromq');
    const router = new Router({ linger: 0 });
    await router.bind('tcp://127.0.0.1:*');
    console.log(router.lastEndpoint.split(':').at(-1));
    for await (const [id, payload] of router) {
      const text = String(payload);
      if (text === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
      else if (text.startsWith('probe')) await router.send([id, payload]);
      else console.log(text);
    }
  `;
  const master = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const lines: string[] = [];
    let rest = '';
    master.stdout.on('data', (chunk: Buffer) => {
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    });
    await until(() => lines.length > 0);
    const client = connect(Number(lines[0]), { probeWaitMs: 500 });
    for (let round = 0; round < 2; round += 1) {
      lines.length = 0;
      client.frames.length = 0;
      client.send(bytes('hello'));
      await until(() => lines.includes('hello'));
      client.send(bytes('block'));
      for (let unread = 0; unread < 5; unread += 1) client.send(bytes(`unread ${unread}`));
      await new Promise((resolve) => setTimeout(resolve, 100));
      client.reconnect(bytes('probe'));
      for (let waiting = 0; waiting < 5; waiting += 1) client.send(bytes(`waiting ${waiting}`));
      await until(() => lines.includes('waiting 4'), 20_000);
      expect(lines.slice(1)).toEqual([
        ...Array.from({ length: 5 }, (_, index) => `unread ${index}`),
        ...Array.from({ length: 5 }, (_, index) => `waiting ${index}`),
      ]);
      expect(client.frames).toContain('probe');
    }
    await client.close();
  } finally {
    master.kill('SIGKILL');
  }
});

test('closing while a renewed connection waits for its answer sends what waits', async () => {
  await using echo = await Echo.start();
  echo.isEchoing = false;
  const client = connect(echo.port);
  client.send(bytes('before'));
  await until(() => echo.heard.length === 1);
  client.reconnect(bytes('probe'));
  client.send(bytes('last words'));
  await until(() => echo.heard.length === 2);
  await client.close();
  await until(() => echo.heard.length === 3);
  expect(echo.heard.map((heard) => heard.text)).toEqual(['before', 'probe', 'last words']);
});

test('closing in the middle of a reconnect sends what waits too', async () => {
  await using echo = await Echo.start();
  const client = connect(echo.port);
  client.send(bytes('before'));
  await until(() => echo.heard.length === 1);
  client.reconnect(bytes('probe'));
  client.send(bytes('last words'));
  await client.close();
  await until(() => echo.heard.some((heard) => heard.text === 'last words'));
});

test('an address that cannot be is a failure in words, not a crash', async () => {
  const client = connect(5557, { host: 'no such host' });
  client.send(bytes('x'));
  await until(() => client.failed.length > 0);
  expect(client.failed[0]).toMatch(/^cannot connect to a master at no such host:5557: /u);
  await client.close();
});

test.each([
  ['10.0.0.5', [], { address: 'tcp://10.0.0.5:5557', isIpv6: false }],
  ['::1', [], { address: 'tcp://[::1]:5557', isIpv6: true }],
  ['[fe80::1]', [], { address: 'tcp://[fe80::1]:5557', isIpv6: true }],
  ['four', [{ family: 4 }], { address: 'tcp://four:5557', isIpv6: false }],
  ['both', [{ family: 4 }, { family: 6 }], { address: 'tcp://both:5557', isIpv6: true }],
])('host %s', async (host, found, expected) => {
  expect(await endpointOf(host, 5_557, () => Promise.resolve(found))).toEqual(expected);
});

test('a name that cannot be resolved yet may turn out to have an IPv6 address', async () => {
  const endpoint = await endpointOf('later', 5_557, () => Promise.reject(new Error('ENOTFOUND')));
  expect(endpoint).toEqual({ address: 'tcp://later:5557', isIpv6: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
