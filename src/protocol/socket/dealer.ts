/**
 * The wire below the agent: connections to one master, each with a number and an identity that the agent chose.
 *
 * Which connection counts, and what is said on it, is the agent's to decide (`src/protocol/worker/link.ts`); here a connection is tried
 * again until somebody answers, and is over when it has ended once.
 */
import type { Transport } from '../worker/ports.ts';
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';
import { maxFrameBytes } from '../wire/codec.ts';
import { endpointOf } from './address.ts';
import { Connection } from './connection.ts';

/** Where connections tell what happens to them, by their numbers. */
export type TransportSink = {
  /** Somebody who speaks ZeroMQ has answered. */
  readonly up: (connection: number) => void;
  /** A connection that was up has ended; nothing comes from it any more. */
  readonly down: (connection: number) => void;
  readonly frame: (connection: number, frame: Uint8Array) => void;
  /** Something came that is no message of one frame. */
  readonly invalid: (reason: string) => void;
  /** `reason` is a sentence for a person. */
  readonly failed: (reason: string) => void;
};

/** Where the master is, and who hears of it. */
export type DealerOptions = {
  /** Name or literal; an IPv6 literal with or without brackets. */
  readonly host: string;
  readonly port: number;
  readonly sink: TransportSink;
};

/** From the end of one connection to the start of the next: the master's own socket must have let go of an identity first. */
const settleMs = 100;
/** Between two tries to reach a master that does not listen. */
const retryMs = 200;

/** Connections to a master, whether it is there yet or not. */
export function connectDealer(options: DealerOptions): Transport {
  return new DealerTransport(options);
}

class DealerTransport implements Transport {
  readonly #options: DealerOptions;
  readonly #lines = new Map<number, Line>();
  #endedMs = Number.NEGATIVE_INFINITY;
  #closing: Promise<void> | null = null;

  constructor(options: DealerOptions) {
    this.#options = options;
  }

  open(connection: number, identity: string): void {
    if (this.#closing !== null) return;
    const waitMs = Math.max(0, this.#endedMs + settleMs - performance.now());
    this.#lines.set(connection, new Line({ ...this.#options, number: connection, identity, waitMs, onOver: () => this.#remove(connection) }));
  }

  send(connection: number, frame: Uint8Array): boolean {
    return this.#lines.get(connection)?.send(frame) ?? false;
  }

  drop(connection: number): void {
    this.#lines.get(connection)?.drop();
    this.#remove(connection);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#lines.values()].map((line) => line.close())).then(() => undefined);
    return this.#closing;
  }

  #remove(connection: number): void {
    this.#lines.delete(connection);
    this.#endedMs = performance.now();
  }
}

type LineOptions = DealerOptions & {
  readonly number: number;
  readonly identity: string;
  /** Before the first try. */
  readonly waitMs: number;
  readonly onOver: () => void;
};

/** One numbered connection: tries until it is up. */
class Line {
  readonly #options: LineOptions;
  #connection: Connection | null = null;
  #isUp = false;
  #isClosed = false;
  #lastFailure = '';
  #retry: Timer | null = null;

  constructor(options: LineOptions) {
    this.#options = options;
    if (options.waitMs > 0) this.#later(options.waitMs);
    else void this.#connect();
  }

  /** False unless the connection is up: the agent says nothing before. */
  send(frame: Uint8Array): boolean {
    if (!this.#isUp || this.#connection === null) return false;
    this.#connection.send(frame);
    return true;
  }

  drop(): void {
    this.#stopTrying();
    this.#connection?.drop();
  }

  async close(): Promise<void> {
    this.#stopTrying();
    if (this.#isUp) await this.#connection?.close();
    else this.#connection?.drop();
  }

  #stopTrying(): void {
    this.#isClosed = true;
    clearTimer(this.#retry);
  }

  async #connect(): Promise<void> {
    const { host, port, identity, number, sink } = this.#options;
    try {
      const endpoint = await endpointOf(host, port);
      if (this.#isClosed) return;
      this.#connection = new Connection({
        identity,
        endpoint,
        maxFrameBytes,
        sink: {
          up: () => {
            this.#isUp = true;
            if (!this.#isClosed) sink.up(number);
          },
          down: () => this.#down(),
          frame: (frame) => {
            if (!this.#isClosed) sink.frame(number, frame);
          },
          invalid: sink.invalid,
          failed: sink.failed,
        },
      });
    } catch (error) {
      this.#fail(`cannot connect to a master at ${host}:${port}: ${String(error)}`);
      this.#later();
    }
  }

  #down(): void {
    if (this.#isClosed) return;
    if (!this.#isUp) return this.#later();
    this.#stopTrying();
    this.#options.onOver();
    this.#options.sink.down(this.#options.number);
  }

  #later(delayMs: number = retryMs): void {
    if (this.#isClosed) return;
    this.#retry = setTimer(() => void this.#connect(), delayMs);
  }

  /** The same failure is said once. */
  #fail(reason: string): void {
    if (reason !== this.#lastFailure) this.#options.sink.failed(reason);
    this.#lastFailure = reason;
  }
}
