import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { handleOf, HandleReader, HandleWriter } from '../../../../../src/http/connection/fast/socketHandle.ts';

describe('text straight to the system', () => {
  let server: Server;
  let client: Socket;
  let peer: Socket;
  let received: string;
  let writes: number;

  beforeEach(async () => {
    received = '';
    writes = 0;
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    [[peer]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [[Socket], unknown];
    const write = client.write.bind(client);
    client.write = (...args: unknown[]): boolean => {
      writes += 1;
      return (write as (...args: unknown[]) => boolean)(...args);
    };
  });

  afterEach(() => {
    client.destroy();
    peer.destroy();
    server.close();
  });

  async function untilReceived(letters: number): Promise<void> {
    peer.setEncoding('latin1').on('data', (text: string) => (received += text));
    while (received.length < letters) await once(peer, 'data');
  }

  it('goes through the stream once, to see how Node writes, and past it from then on', async () => {
    const writer = new HandleWriter();
    const handle = handleOf(client);
    expect(handle).not.toBeNull();
    for (const text of ['one', 'two', 'caf\u00e9']) writer.text(client, handle, text);
    await untilReceived(10);
    expect([received, writes]).toEqual(['onetwocaf\u00e9', 1]);
  });

  it('is whole and in order when the system does not take it at once', async () => {
    const writer = new HandleWriter();
    const handle = handleOf(client);
    const long = 'abcdefgh'.repeat(1024 * 1024);
    for (const text of ['first', long, 'between', long, 'last']) writer.text(client, handle, text);
    expect(handle?.writeQueueSize).toBeGreaterThan(0);
    const whole = `first${long}between${long}last`;
    await untilReceived(whole.length);
    expect(received === whole).toBe(true);
    expect([handle?.writeQueueSize, writes]).toEqual([0, 1]);
    writer.text(client, handle, 'afterwards');
    while (received.length < whole.length + 10) await once(peer, 'data');
    expect(received.endsWith('lastafterwards')).toBe(true);
  });

  it('that cannot be written ends the socket, with the error that the stream would give', async () => {
    const writer = new HandleWriter();
    const handle = handleOf(client);
    writer.text(client, handle, 'one');
    await untilReceived(3);
    peer.resetAndDestroy();
    writer.text(client, handle, 'two');
    const [error] = (await once(client, 'error')) as [Error];
    expect(error).toMatchObject({ syscall: 'write', message: expect.stringMatching(/^write (?:EPIPE|ECONNRESET)$/u) as string, code: expect.stringMatching(/^(?:EPIPE|ECONNRESET)$/u) as string });
    expect(client.destroyed).toBe(true);
  });

  it('that cannot be written any more later ends the socket too', async () => {
    const writer = new HandleWriter();
    const handle = handleOf(client);
    writer.text(client, handle, 'one');
    await untilReceived(3);
    peer.pause();
    writer.text(client, handle, 'x'.repeat(32 * 1024 * 1024));
    expect(handle?.writeQueueSize).toBeGreaterThan(0);
    peer.resetAndDestroy();
    const [error] = (await once(client, 'error')) as [Error];
    expect(error.message).toMatch(/^(?:read|write) (?:EPIPE|ECONNRESET)$/u);
  });

  it('is followed by bytes, which have to stay as they are as long as the system has not taken all of them', async () => {
    const writer = new HandleWriter();
    const handle = handleOf(client);
    if (handle === null) throw new Error('no handle');
    expect(writer.isDirect).toBe(false);
    writer.text(client, handle, 'one');
    expect(writer.isDirect).toBe(true);
    const memory = Buffer.from('two');
    expect(writer.bytes(client, handle, memory)).toBe(true);
    memory.fill('-'); // it is with the system
    const long = Buffer.alloc(8 * 1024 * 1024, 'abcdefgh');
    expect([writer.bytes(client, handle, long), writer.bytes(client, handle, Buffer.from('last'))]).toEqual([false, false]);
    const whole = `onetwo${long.toString()}last`;
    await untilReceived(whole.length);
    expect(received === whole).toBe(true);
    expect(writes).toBe(1);
    expect(writer.bytes(client, handle, Buffer.from('afterwards'))).toBe(true);
    while (received.length < whole.length + 10) await once(peer, 'data');
  });

  it('goes through the stream where there is no handle', async () => {
    const writer = new HandleWriter();
    for (const text of ['one', 'two']) writer.text(client, null, text);
    await untilReceived(6);
    expect([received, writes]).toEqual(['onetwo', 2]);
  });
});

describe('what comes, straight from the system', () => {
  const buffer = Buffer.alloc(1024);
  let server: Server;
  let client: Socket;
  let peer: Socket;
  let byStream: number;
  let taken: string;
  let onTaken: () => void;
  const taker = {
    takeRead(byteCount: number): void {
      taken += buffer.toString('latin1', 0, byteCount);
      onTaken();
    },
  };

  beforeEach(async () => {
    byStream = 0;
    taken = '';
    onTaken = () => undefined;
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const callback = (): boolean => {
      byStream += 1;
      return true;
    };
    client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', onread: { buffer, callback } });
    [[peer]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [[Socket], unknown];
    client.on('error', () => undefined);
  });

  afterEach(() => {
    client.destroy();
    peer.destroy();
    server.close();
  });

  function attach(): void {
    const handle = handleOf(client);
    if (handle === null) throw new Error('no handle');
    new HandleReader().attach(handle, client, taker);
  }

  const untilTaken = (text: string): Promise<void> =>
    new Promise((resolve) => {
      onTaken = () => {
        if (taken.endsWith(text)) resolve();
      };
    });

  it('goes to its taker and not through the stream', async () => {
    attach();
    for (const text of ['one', 'two', 'three']) {
      const whole = untilTaken(text);
      peer.write(text);
      await whole;
    }
    expect([taken, byStream]).toEqual(['onetwothree', 0]);
    expect(client.bytesRead).toBe(11);
  });

  it('waits while the socket is paused', async () => {
    attach();
    const first = untilTaken('one');
    peer.write('one');
    await first;
    client.pause();
    await new Promise((resolve) => peer.write('two', resolve));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(taken).toBe('one');
    const second = untilTaken('two');
    client.resume();
    await second;
    expect([taken, byStream]).toEqual(['onetwo', 0]);
  });

  it('but for the end, of which the socket hears', async () => {
    attach();
    const whole = untilTaken('last');
    client.resume();
    peer.end('last');
    await Promise.all([whole, once(client, 'end')]);
    expect(taken).toBe('last');
  });

  it('but for an error, of which the socket hears', async () => {
    attach();
    peer.resetAndDestroy();
    const [error] = (await once(client, 'error')) as [Error];
    expect(error).toMatchObject({ code: 'ECONNRESET', syscall: 'read' });
    expect(taken).toBe('');
  });

  it('goes through the stream where Node is not as expected', async () => {
    const handle = handleOf(client);
    if (handle === null) throw new Error('no handle');
    const reader = new HandleReader();
    reader.attach(handle, {}, taker);
    reader.attach(handle, client, taker);
    peer.write('one');
    while (byStream === 0) await new Promise(setImmediate);
    expect(taken).toBe('');
  });
});
