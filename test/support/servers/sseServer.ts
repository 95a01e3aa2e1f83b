/** A service that answers word by word, as a language model does (server-sent events), with known pauses, and counts. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { loopback } from '../ports.ts';

/** Milliseconds before the first word, and before each other one. */
export const pausesMs: { readonly first: number; readonly between: number } = { first: 60, between: 20 };

const words = ['The', ' sky', ' is', ' blue', ' –', ' Rayleigh', '!'];
/** What one whole answer is made of. */
export const answer: { readonly words: number; readonly bytes: number } = { words: words.length, bytes: Buffer.byteLength(words.join('')) };

export class SseServer implements AsyncDisposable {
  readonly url: string;
  /** `answers`: sent to their end; `refused`: answered with status 503; `broken`: cut after the first word. */
  readonly counts: { answers: number; words: number; refused: number; broken: number; aborted: number } = { answers: 0, words: 0, refused: 0, broken: 0, aborted: 0 };
  /** What the service does with each question that comes from now on. */
  mood: 'answers' | 'refuses' | 'breaks' | 'hangs' = 'answers';
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://${loopback}:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<SseServer> {
    const server = createServer();
    server.listen(0, loopback);
    await once(server, 'listening');
    return new SseServer(server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    response.on('close', () => {
      if (!response.writableFinished) this.counts.aborted += 1;
    });
    if (this.mood === 'refuses') {
      this.counts.refused += 1;
      response.writeHead(503).end('overloaded');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const [index, word] of words.entries()) {
      await sleep(index === 0 ? pausesMs.first : pausesMs.between);
      if (response.destroyed) return;
      this.counts.words += 1;
      await this.#send(response, `id: ${index}\ndata: ${word}\n\n`);
      if (this.mood === 'hangs') return;
      if (this.mood !== 'breaks') continue;
      this.counts.broken += 1;
      response.destroy();
      return;
    }
    this.counts.answers += 1;
    response.end('data: [DONE]\n\n');
  }

  /** In two pieces that cut the event – and, in one word, a character – in the middle. */
  async #send(response: ServerResponse, event: string): Promise<void> {
    const bytes = Buffer.from(event);
    const middle = bytes.byteLength - 4;
    response.write(bytes.subarray(0, middle));
    await new Promise((resolve) => setImmediate(resolve));
    response.write(bytes.subarray(middle));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}
