/**
 * The only file that knows undici: one connection to one origin, one request at a time.
 *
 * Built on `Client.dispatch` with the handler form that gets raw headers: the newer form decodes every header of every
 * answer, and `Client.request` makes a stream of every body (measured: 14.0 against 16.3 µs CPU a request).
 *
 * No request is ever sent twice: one call is one attempt and one row. A server may close an idle connection in the
 * moment in which a request sets out; undici looks for that once more before it writes (one turn of the event loop),
 * and what still slips through is a `RemoteDisconnected` or `ConnectionResetError` row, as with Locust's HttpUser.
 */
import { Socket } from 'node:net';
import { Client, buildConnector } from 'undici';
import type { Dispatcher } from 'undici';
import type { FlatHeaders } from './requestHeaders.ts';
import type { RequestBody } from './requestBody.ts';

/** One request as undici takes it. */
export type WireRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: FlatHeaders;
  readonly body: RequestBody | null;
};

/** Called by the parser; either `onComplete` or `onError` ends a request. None of them may throw. */
export type WireHandler = {
  readonly onConnect: () => void;
  /** Also called for informational answers (status below 200). */
  readonly onHeaders: (status: number, headers: Buffer[], resume: () => void, reason: string) => boolean;
  readonly onData: (chunk: Buffer) => boolean;
  readonly onComplete: () => void;
  readonly onError: (error: Error) => void;
};

export type ConnectionTimeouts = {
  /** Milliseconds, whole; undici's cheap timers keep it to about a second. */
  readonly networkMs: number;
  readonly connectMs: number;
};

/** Idle connections stay as long as the server keeps them, as Locust's do; 10 min is undici's own upper limit. */
const idleMs = 600_000;
/** Kept away from the end of a `keep-alive: timeout=…` that the server announces: undici's 2 s would never reuse a connection that lives 2 s. */
const idleMarginMs = 500;

/** Errors of undici that blame the caller: nothing was sent. */
const misuseCodes: ReadonlySet<unknown> = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH']);

/** True when the request could not be sent as the scenario wrote it. */
export function isMisuse(error: Error): boolean {
  return 'code' in error && misuseCodes.has(error.code);
}

export class Connection {
  readonly #client: Client;
  #connecting: Socket | null = null;

  constructor(origin: string, timeouts: ConnectionTimeouts) {
    const connect = connectorFor(origin, timeouts.connectMs);
    this.#client = new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      keepAliveTimeoutThreshold: idleMarginMs,
      // Equal on purpose: undici then moves one timer along instead of making a new one twice a request.
      headersTimeout: timeouts.networkMs,
      bodyTimeout: timeouts.networkMs,
      connect: (options, callback) => {
        const socket: unknown = connect(options, (...outcome) => {
          this.#connecting = null;
          callback(...outcome);
        });
        if (socket instanceof Socket) this.#connecting = socket;
      },
    });
  }

  /** Sends one request; the caller waits for its end before the next. */
  send(request: WireRequest, handler: WireHandler): void {
    const options = {
      method: request.method,
      path: request.path,
      headers: request.headers,
      body: request.body,
      blocking: false, // only means something to a pipeline; true costs one more turn of undici's queue per answer
      reset: false, // keeps the connection after a HEAD, and after a GET or DELETE with a body
    };
    this.#client.dispatch(options as Dispatcher.DispatchOptions, handler);
  }

  /** Ends the connection at once, and what is under way on it with `reason`. */
  destroy(reason: Error): void {
    this.#client.destroy(reason, ignore);
    this.#connecting?.destroy(reason); // undici itself would wait for the connection before it lets go
  }
}

type Connector = ReturnType<typeof buildConnector>;

const plainConnectors = new Map<number, Connector>();

/** TLS sessions belong to one connection; without TLS a connector holds nothing and is shared (0.6 KB a user). */
function connectorFor(origin: string, connectMs: number): Connector {
  if (!origin.startsWith('http:')) return buildConnector({ timeout: connectMs });
  const known = plainConnectors.get(connectMs);
  if (known !== undefined) return known;
  const connector = buildConnector({ timeout: connectMs });
  plainConnectors.set(connectMs, connector);
  return connector;
}

function ignore(): void {
  // destroy() never fails; the callback only keeps undici from making a promise that nobody owns
}
