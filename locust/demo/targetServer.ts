/**
 * A small HTTP server to load, which knows exactly how many requests it answered.
 *
 * Pages: `/`, `/hello`, `/world`, `/item/:id`, `/slow?ms=` (answers that much later, at most a minute) and
 * `/status/:code` (200 … 599). Any method; bodies are read and thrown away. `GET /__counts` tells the counters as
 * JSON (`TargetCounts`), `POST /__counts/reset` sets them to 0; neither is counted itself.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type TargetCounts = {
  /** Requests whose whole answer was written. */
  readonly answered: number;
  /** Requests whose connection was gone before their answer was written. */
  readonly aborted: number;
  /** Answered requests per path, without the query; all items count as `/item/[id]`, all unknown paths as `other`. */
  readonly paths: Readonly<Record<string, number>>;
};

const longestDelayMs = 60_000;

/** Idle connections live longer than any user waits: the server never closes one that a user is about to use. */
const keepAliveMs = 120_000;

type Answer = { readonly counter: string; readonly status: number; readonly body: string; readonly delayMs: number };

/** The server, not listening yet. */
export function createTarget(): Server {
  const tally = new Tally();
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    request.resume();
    if (url.startsWith('/__counts')) {
      if (url === '/__counts/reset') tally.reset();
      send(response, 200, 'application/json', JSON.stringify(tally.counts()));
      return;
    }
    const answer = answerFor(url);
    tally.watch(response, answer.counter);
    if (answer.delayMs === 0) sendAnswer(request, response, answer);
    else setTimeout(() => sendAnswer(request, response, answer), answer.delayMs);
  });
  server.keepAliveTimeout = keepAliveMs;
  server.headersTimeout = keepAliveMs;
  server.requestTimeout = 0;
  return server;
}

class Tally {
  #answered = 0;
  #aborted = 0;
  #paths = new Map<string, number>();

  /** Counts the response once it is either written or lost. */
  watch(response: ServerResponse, counter: string): void {
    response.once('close', () => {
      // Both happen before `close`: `writableFinished` says that all bytes were handed to the operating system.
      if (!response.writableFinished) {
        this.#aborted++;
        return;
      }
      this.#answered++;
      this.#paths.set(counter, (this.#paths.get(counter) ?? 0) + 1);
    });
  }

  counts(): TargetCounts {
    return { answered: this.#answered, aborted: this.#aborted, paths: Object.fromEntries(this.#paths) };
  }

  reset(): void {
    this.#answered = 0;
    this.#aborted = 0;
    this.#paths = new Map();
  }
}

function answerFor(url: string): Answer {
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  switch (path) {
    case '/':
    case '/hello':
    case '/world':
      return { counter: path, status: 200, body: pages[path], delayMs: 0 };
    case '/slow': {
      const asked = Number(new URLSearchParams(queryAt < 0 ? '' : url.slice(queryAt)).get('ms') ?? '0');
      const delayMs = Number.isFinite(asked) ? Math.min(Math.max(asked, 0), longestDelayMs) : 0;
      return { counter: path, status: 200, body: 'slow', delayMs };
    }
    default:
      return answerForPattern(path);
  }
}

const pages = { '/': 'a target for load tests', '/hello': 'Hello', '/world': 'ScenarioHost' } as const;

function answerForPattern(path: string): Answer {
  if (path.startsWith('/item/')) return { counter: '/item/[id]', status: 200, body: `item ${path.slice('/item/'.length)}`, delayMs: 0 };
  const code = /^\/status\/([2-5]\d\d)$/.exec(path)?.[1];
  if (code !== undefined) return { counter: path, status: Number(code), body: '', delayMs: 0 };
  return { counter: 'other', status: 404, body: 'no such page', delayMs: 0 };
}

function sendAnswer(request: IncomingMessage, response: ServerResponse, { status, body }: Answer): void {
  if (!response.destroyed) send(response, status, 'text/plain', request.method === 'HEAD' ? '' : body);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  // These two must not have a body, nor say how long it is.
  if (status === 204 || status === 304) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}
