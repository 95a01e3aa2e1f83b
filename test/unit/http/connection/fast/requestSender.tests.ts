import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { handleOf, TextSender } from '../../../../../src/http/connection/fast/requestSender.ts';

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
    const sender = new TextSender();
    const handle = handleOf(client);
    expect(handle).not.toBeNull();
    for (const text of ['one', 'two', 'caf\u00e9']) sender.send(client, handle, text);
    await untilReceived(10);
    expect([received, writes]).toEqual(['onetwocaf\u00e9', 1]);
  });

  it('is whole and in order when the system does not take it at once', async () => {
    const sender = new TextSender();
    const handle = handleOf(client);
    const long = 'abcdefgh'.repeat(1024 * 1024);
    for (const text of ['first', long, 'between', long, 'last']) sender.send(client, handle, text);
    expect(handle?.writeQueueSize).toBeGreaterThan(0);
    const whole = `first${long}between${long}last`;
    await untilReceived(whole.length);
    expect(received === whole).toBe(true);
    expect([handle?.writeQueueSize, writes]).toEqual([0, 1]);
    sender.send(client, handle, 'afterwards');
    while (received.length < whole.length + 10) await once(peer, 'data');
    expect(received.endsWith('lastafterwards')).toBe(true);
  });

  it('that cannot be written ends the socket, with the error that the stream would give', async () => {
    const sender = new TextSender();
    const handle = handleOf(client);
    sender.send(client, handle, 'one');
    await untilReceived(3);
    peer.resetAndDestroy();
    sender.send(client, handle, 'two');
    const [error] = (await once(client, 'error')) as [Error];
    expect(error).toMatchObject({ syscall: 'write', message: expect.stringMatching(/^write (?:EPIPE|ECONNRESET)$/u) as string, code: expect.stringMatching(/^(?:EPIPE|ECONNRESET)$/u) as string });
    expect(client.destroyed).toBe(true);
  });

  it('that cannot be written any more later ends the socket too', async () => {
    const sender = new TextSender();
    const handle = handleOf(client);
    sender.send(client, handle, 'one');
    await untilReceived(3);
    peer.pause();
    sender.send(client, handle, 'x'.repeat(32 * 1024 * 1024));
    expect(handle?.writeQueueSize).toBeGreaterThan(0);
    peer.resetAndDestroy();
    const [error] = (await once(client, 'error')) as [Error];
    expect(error.message).toMatch(/^(?:read|write) (?:EPIPE|ECONNRESET)$/u);
  });

  it('goes through the stream where there is no handle', async () => {
    const sender = new TextSender();
    for (const text of ['one', 'two']) sender.send(client, null, text);
    await untilReceived(6);
    expect([received, writes]).toEqual(['onetwo', 2]);
  });
});
