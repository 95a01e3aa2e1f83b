/**
 * A scriptable HTTP server on a free loopback port that counts what it sees, and a raw TCP one for answers that no
 * HTTP server would give.
 */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';

/** A request as the server got it, body included. */
export type SeenRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

export type TestServer = {
  readonly url: string;
  readonly port: number;
  /** Requests that arrived whole, in order. Empty for a raw server. */
  readonly requests: SeenRequest[];
  /** Connections ever accepted. */
  readonly accepted: () => number;
  /** Connections open now. */
  readonly open: () => number;
  /** Resolves when exactly `count` connections are open. */
  readonly whenOpen: (count: number) => Promise<void>;
  /** Resolves when `count` requests have arrived whole. */
  readonly whenSeen: (count: number) => Promise<void>;
  /** Ends all connections from the server's side. */
  readonly hangUp: () => void;
  readonly close: () => Promise<void>;
};

/** Answers one request; the request's body has been read. */
export type Answer = (request: SeenRequest, response: ServerResponse) => void;

/** Starts an HTTP server that keeps idle connections open. */
export async function startHttpServer(answer: Answer): Promise<TestServer> {
  const watch = new Watch();
  const server = createServer((request, response) => {
    readBody(request).then(
      (body) => {
        const seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
        watch.see(seen);
        answer(seen, response);
      },
      () => undefined, // it did not arrive whole
    );
  });
  server.keepAliveTimeout = 0;
  return listen(server, watch);
}

/** Starts a TCP server; `serve` gets a connection's number (0, 1, …), its socket and each piece of bytes that arrives. */
export async function startRawServer(serve: (index: number, socket: Socket, bytes: Buffer) => void): Promise<TestServer> {
  const watch = new Watch();
  const server = createTcpServer((socket) => {
    const index = watch.accepted - 1;
    socket.on('data', (bytes: Buffer) => serve(index, socket, bytes));
  });
  return listen(server, watch);
}

async function listen(server: Server | TcpServer, watch: Watch): Promise<TestServer> {
  server.prependListener('connection', (socket: Socket) => watch.connected(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: watch.requests,
    accepted: () => watch.accepted,
    open: () => watch.sockets.size,
    whenOpen: (count) => watch.when(() => watch.sockets.size === count),
    whenSeen: (count) => watch.when(() => watch.requests.length >= count),
    hangUp: () => watch.hangUp(),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      watch.hangUp();
      await closed;
    },
  };
}

/** What a server has seen, and who waits to see more. */
class Watch {
  readonly requests: SeenRequest[] = [];
  readonly sockets = new Set<Socket>();
  accepted = 0;
  #waiters: { readonly condition: () => boolean; readonly resolve: () => void }[] = [];

  connected(socket: Socket): void {
    this.accepted += 1;
    this.sockets.add(socket);
    socket.on('error', () => undefined); // a reset by the client is part of many tests
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.#look();
    });
    this.#look();
  }

  see(request: SeenRequest): void {
    this.requests.push(request);
    this.#look();
  }

  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  when(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push({ condition, resolve });
      this.#look();
    });
  }

  #look(): void {
    const ready = this.#waiters.filter(({ condition }) => condition());
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A server that answers `{}`, and 500 where `/broken` is asked for. */
export async function startPages(): Promise<TestServer> {
  return await startHttpServer((request, response) => {
    response.statusCode = request.url === '/broken' ? 500 : 200;
    response.end('{}');
  });
}
