/**
 * A server that does what it is told: service times and errors by path, and its own account of both.
 *
 *   /ok            200 at once             /wait/50   200 after 50 ms
 *   /every/7       500 to each 7th         /noisy     200 after a time between 5 and 60 ms that it makes up, by a fixed seed
 */
import type { ServerResponse } from 'node:http';
import { startHttpServer, type TestServer } from '../support/httpServer.ts';
import { Random } from '../../src/util/random.ts';

export type ScriptedServer = {
  readonly url: string;
  /** Requests that were answered, by path. */
  readonly answered: ReadonlyMap<string, number>;
  readonly failed: ReadonlyMap<string, number>;
  /** `performance.now()` when each request arrived. */
  readonly arrivalsMs: readonly number[];
  /** Milliseconds from each request's arrival to its answer, by the server's own clock. */
  readonly serviceMs: readonly number[];
  readonly total: () => number;
  /** Holds all answers back for so long, from now on. */
  readonly freeze: (ms: number) => void;
  readonly whenAnswered: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function startScriptedServer(): Promise<ScriptedServer> {
  const answered = new Map<string, number>();
  const failed = new Map<string, number>();
  const arrivalsMs: number[] = [];
  const serviceMs: number[] = [];
  const waiters: { readonly count: number; readonly resolve: () => void }[] = [];
  const random = new Random('scripted server');
  let frozenUntilMs = 0;
  let total = 0;

  const answer = (url: string, arrivedMs: number, response: ServerResponse): void => {
    const seen = (answered.get(url) ?? 0) + 1;
    answered.set(url, seen);
    const every = /^\/every\/(\d+)$/u.exec(url)?.[1];
    const fails = every !== undefined && seen % Number(every) === 0;
    if (fails) failed.set(url, (failed.get(url) ?? 0) + 1);
    response.writeHead(fails ? 500 : 200, { 'content-type': 'text/plain' }).end('Hello, scripted!');
    serviceMs.push(performance.now() - arrivedMs);
    total++;
    for (const waiter of waiters) if (total >= waiter.count) waiter.resolve();
  };
  const server: TestServer = await startHttpServer(({ url }, response) => {
    const arrivedMs = performance.now();
    arrivalsMs.push(arrivedMs);
    const wantedMs = url === '/noisy' ? 5 + 55 * random.next() ** 3 : Number(/^\/wait\/(\d+)$/u.exec(url)?.[1] ?? 0);
    const delayMs = Math.max(wantedMs, frozenUntilMs - arrivedMs);
    if (delayMs > 0) setTimeout(() => answer(url, arrivedMs, response), delayMs);
    else answer(url, arrivedMs, response);
  });
  return {
    url: server.url,
    answered,
    failed,
    arrivalsMs,
    serviceMs,
    total: () => total,
    freeze: (ms) => (frozenUntilMs = performance.now() + ms),
    whenAnswered: (count) => new Promise((resolve) => (total >= count ? resolve() : waiters.push({ count, resolve }))),
    close: server.close,
  };
}
