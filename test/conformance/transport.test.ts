/** The sockets below the agent: order, endings, and that each has one connection in its life. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Router } from 'zeromq';
import { endpointOf } from '../../src/protocol/socket/address.ts';
import { connectDealer, type DealerOptions } from '../../src/protocol/socket/dealer.ts';
import type { Transport } from '../../src/protocol/worker/ports.ts';
import { maxFrameBytes } from '../../src/protocol/wire/codec.ts';
import { bindRouter } from '../support/ports.ts';
import { Stopwatch } from '../support/stopwatch.ts';

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
    await bindRouter(echo.#router, `tcp://127.0.0.1:${port === 0 ? '*' : port}`);
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

async function until(isTrue: () => boolean, timeoutMs = 60_000): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${timeoutMs} ms: ${isTrue.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Client = Transport & { readonly frames: string[]; readonly invalid: string[]; readonly failed: string[]; readonly events: string[] };

function connect(port: number, more: Partial<DealerOptions> = {}): Client {
  const lists = { frames: [] as string[], invalid: [] as string[], failed: [] as string[], events: [] as string[] };
  const transport = connectDealer({
    host: '127.0.0.1',
    port,
    sink: {
      up: (connection) => lists.events.push(`up ${connection}`),
      down: (connection) => lists.events.push(`down ${connection}`),
      frame: (_, frame) => lists.frames.push(text(frame)),
      invalid: (reason) => lists.invalid.push(reason),
      failed: (reason) => lists.failed.push(reason),
    },
    ...more,
  });
  transport.open(0, nodeId);
  return Object.assign(transport, lists);
}

const isUp = (client: Client, connection = 0) => (): boolean => client.events.includes(`up ${connection}`);

test('frames arrive under the identity, in the order in which they were sent without waiting', async () => {
  await using echo = await Echo.start();
  const client = connect(echo.port);
  await until(isUp(client));
  const sent = Array.from({ length: 5_000 }, (_, index) => `frame ${index}`);
  for (const frame of sent) client.send(0, bytes(frame));
  await until(() => echo.heard.length >= sent.length);
  expect(echo.heard.map((heard) => heard.text)).toEqual(sent);
  expect(new Set(echo.heard.map(({ id }) => id))).toEqual(new Set([nodeId]));
  await client.close();
});

test('a master that appears later is found; what is said before is not', async () => {
  const port = await freePort();
  const client = connect(port);
  client.send(0, bytes('too early'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(client.events).toEqual([]);
  await using echo = await Echo.start(port);
  await until(isUp(client));
  client.send(0, bytes('now'));
  await until(() => echo.heard.length > 0);
  expect(echo.heard).toEqual([{ id: nodeId, text: 'now' }]);
  await client.close();
});

test('a connection that ends is over, with all that came before; the next one is the agent\'s to open', async () => {
  const port = await freePort();
  const first = await Echo.start(port);
  const client = connect(port);
  await until(isUp(client));
  client.send(0, bytes('probe'));
  await until(() => client.frames.length === 1);
  await first[Symbol.asyncDispose]();
  await until(() => client.events.includes('down 0'));
  await using second = await Echo.start(port);
  client.send(0, bytes('lost'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(second.heard).toEqual([]);
  client.open(1, nodeId);
  await until(isUp(client, 1));
  client.send(1, bytes('probe again'));
  await until(() => client.frames.length === 2);
  expect(second.heard).toEqual([{ id: nodeId, text: 'probe again' }]);
  expect(client.events).toEqual(['up 0', 'down 0', 'up 1']);
  await client.close();
});

test('two connections at a time, each under its identity; one that is dropped is silent', async () => {
  await using echo = await Echo.start();
  const client = connect(echo.port);
  const other = 'box_fedcba9876543210fedcba9876543210';
  client.open(1, other);
  await until(() => isUp(client)() && isUp(client, 1)());
  client.send(1, bytes('besides'));
  await until(() => echo.heard.length === 1);
  client.drop(1);
  client.send(1, bytes('lost'));
  client.send(0, bytes('still there'));
  await until(() => echo.heard.length === 2);
  expect(echo.heard).toEqual([{ id: other, text: 'besides' }, { id: nodeId, text: 'still there' }]);
  expect(client.events).not.toContain('down 1');
  await client.close();
});

test('a message above the limit ends the connection before it is read', async () => {
  await using echo = await Echo.start();
  const client = connect(echo.port);
  await until(isUp(client));
  client.send(0, bytes('hello'));
  await until(() => echo.heard.length === 1);
  await echo.send(['x'.repeat(maxFrameBytes + 1)]);
  await until(() => client.events.includes('down 0'));
  expect(client.frames).toEqual([]);
  await client.close();
});

test('only messages of one frame are messages', async () => {
  await using echo = await Echo.start();
  const client = connect(echo.port);
  await until(isUp(client));
  client.send(0, bytes('hello'));
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
    import { connectDealer } from ${JSON.stringify(new URL('../../dist/protocol/socket/dealer.js', import.meta.url).href)};
    const nothing = () => undefined;
    let isUp = () => undefined;
    const whenUp = new Promise((resolve) => (isUp = resolve));
    const transport = connectDealer({ host: '127.0.0.1', port: ${echo.port}, sink: { up: isUp, down: nothing, frame: nothing, invalid: nothing, failed: nothing } });
    transport.open(0, '${nodeId}');
    await whenUp;
    for (let index = 0; index < 3000; index += 1) transport.send(0, Buffer.alloc(2000, 'x'));
    transport.send(0, Buffer.from('last'));
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
  client.send(0, bytes('lost'));
  const stopwatch = new Stopwatch();
  await Promise.all([client.close(), client.close()]);
  expect(stopwatch.ownMs()).toBeLessThan(2_500);
  client.send(0, bytes('too late'));
  client.open(1, nodeId);
  expect(client.failed).toEqual([]);
});

test('an address that cannot be is a failure in words, not a crash', async () => {
  const client = connect(5557, { host: 'no such host' });
  await until(() => client.failed.length > 0);
  expect(client.failed[0]).toMatch(/^cannot connect to a master at no such host:5557: /u);
  await client.close();
});

test.each([
  ['10.0.0.5', [], { address: 'tcp://10.0.0.5:5557', isIpv6: false }],
  ['::1', [], { address: 'tcp://[::1]:5557', isIpv6: true }],
  ['[fe80::1]', [], { address: 'tcp://[fe80::1]:5557', isIpv6: true }],
  ['four', [{ family: 4, address: '127.0.0.1' }], { address: 'tcp://four:5557', isIpv6: false }],
  ['both, and nobody there', [{ family: 4, address: '127.0.0.1' }, { family: 6, address: '::1' }], { address: 'tcp://both, and nobody there:5557', isIpv6: true }],
])('host %s', async (host, found, expected) => {
  expect(await endpointOf(host, 5_557, () => Promise.resolve(found))).toEqual(expected);
});

test('of a name with addresses of both families the one that answers is meant', async () => {
  const master = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => master.listen(0, '127.0.0.1', resolve));
  const { port } = master.address() as AddressInfo;
  const found = [{ family: 6, address: '::1' }, { family: 4, address: '127.0.0.1' }];
  expect(await endpointOf('both', port, () => Promise.resolve(found))).toEqual({ address: `tcp://127.0.0.1:${port}`, isIpv6: false });
  await new Promise((resolve) => master.close(resolve));
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
