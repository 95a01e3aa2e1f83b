/** A WebSocket server on a free loopback port: sends back each `echo`, answers `watch` with prices, and counts. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';

import { loopback } from '../ports.ts';

/** Milliseconds before each pushed message. */
const pushPauseMs = 5;

export class CountingWebSocketServer implements AsyncDisposable {
  readonly url: string;
  readonly counts: { connections: number; echoes: number; pushes: number } = { connections: 0, echoes: 0, pushes: 0 };
  readonly #server: WebSocketServer;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    this.url = `ws://${loopback}:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async start(): Promise<CountingWebSocketServer> {
    const server = new WebSocketServer({ host: loopback, port: 0 });
    await once(server, 'listening');
    return new CountingWebSocketServer(server);
  }

  /** Connections open now. */
  get open(): number {
    return this.#server.clients.size;
  }

  /** Breaks all connections, without a goodbye. */
  hangUp(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  #serve(socket: WebSocket): void {
    this.counts.connections += 1;
    socket.on('error', () => {}); // a reset by the client is part of a kill
    socket.on('message', (data: RawData) => {
      const text = (data as Buffer).toString();
      const { type, id } = JSON.parse(text) as { type: string; id: number };
      if (type === 'echo') {
        this.counts.echoes += 1;
        socket.send(text);
      } else {
        void this.#push(socket, id);
      }
    });
  }

  async #push(socket: WebSocket, count: number): Promise<void> {
    for (let id = 1; id <= count && socket.readyState === socket.OPEN; id += 1) {
      await sleep(pushPauseMs);
      this.counts.pushes += 1;
      socket.send(JSON.stringify({ type: 'price', id }));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hangUp();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
