/** A reverse proxy in front of a server of a test, and what it says of each request that went through. */
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { PassedExchange } from '../../src/record/passedExchange.ts';
import { ReverseProxy, type ProxyOptions } from '../../src/record/reverseProxy.ts';
import { cert, key } from './testCertificate.ts';
import { until } from './until.ts';

export type SceneOptions = { readonly isTls?: boolean; readonly server?: ServerOptions; readonly proxy?: Partial<ProxyOptions> };

export class ProxyScene implements AsyncDisposable {
  readonly server: Server;
  readonly serverUrl: string;
  readonly proxy: ReverseProxy;
  readonly exchanges: PassedExchange[];
  /** Of the server, upgraded ones among them. */
  readonly connections: Socket[] = [];

  private constructor(server: Server, serverUrl: string, proxy: ReverseProxy, exchanges: PassedExchange[]) {
    this.server = server;
    this.serverUrl = serverUrl;
    this.proxy = proxy;
    this.exchanges = exchanges;
    server.on('connection', (socket: Socket) => this.connections.push(socket));
  }

  static async open(answer: RequestListener, { isTls = false, server: serverOptions = {}, proxy: proxyOptions = {} }: SceneOptions = {}): Promise<ProxyScene> {
    const server = isTls ? createTlsServer({ ...serverOptions, cert, key }, answer) : createServer(serverOptions, answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const serverUrl = `${isTls ? 'https://localhost' : 'http://127.0.0.1'}:${(server.address() as AddressInfo).port}`;
    const exchanges: PassedExchange[] = [];
    const onExchange = (exchange: PassedExchange, release: () => void): void => {
      exchanges.push(exchange);
      release();
    };
    const proxy = await ReverseProxy.start({ target: new URL(serverUrl), port: 0, keepsHost: false, isInsecure: false, onExchange, mayBegin: () => null, ...proxyOptions });
    return new ProxyScene(server, serverUrl, proxy, exchanges);
  }

  /** The exchange of this number, once it is over. */
  async exchange(index = 0): Promise<PassedExchange> {
    return await until(`exchange ${index} is over`, () => this.exchanges[index], { everyMs: 5 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.stop(0);
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.connections) socket.destroy();
    await closed;
  }
}
