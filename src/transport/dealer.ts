/**
 * The wire below the agent: an ordered queue of frames in front of one connection, which can be renewed.
 *
 * Renewing needs care: the master's ROUTER has no handover, so a second connection under an identity whose first one it
 * has not let go of yet is mute for ever, and swallows what is sent on it. That happens when the master is busy (it
 * notices the end of the old connection only when it comes to read). So the old connection is gone, linger and all,
 * before the new one is made; the new one is tried out with a frame that the master answers; and the other frames wait
 * until something has come back.
 */
import type { Transport } from '../agent/ports.ts';
import { clearTimer, pause, setTimer, type Timer } from '../util/timers.ts';
import { endpointOf } from './address.ts';
import { Connection, lingerMs, type ConnectionSink } from './connection.ts';
import { atMost } from './deadline.ts';

export type DealerOptions = {
  /** Name or literal; an IPv6 literal with or without brackets. */
  readonly host: string;
  readonly port: number;
  /** The identity, at most 255 bytes of UTF-8. */
  readonly nodeId: string;
  readonly sink: ConnectionSink;
  /** How long a renewed connection may stay without an answer, at first; doubled each time. Milliseconds. */
  readonly probeWaitMs?: number;
};

const defaultProbeWaitMs = 2_000;
const longestProbeWaitMs = 10_000;
/** From the end of the old connection to the start of the new one: the master's own socket must have let go of it. */
const settleMs = 100;

/** Connects to a master, whether it is there yet or not. */
export function connectDealer(options: DealerOptions): Transport {
  const dealer = new DealerTransport(options);
  return {
    send: (frame) => dealer.send(frame),
    reconnect: (probe) => dealer.reconnect(probe),
    close: () => dealer.close(),
  };
}

class DealerTransport {
  readonly #options: DealerOptions;
  readonly #queue: Uint8Array[] = [];
  /** Null while there is none to send on: at the start, and between two connections. */
  #connection: Connection | null = null;
  #opening: Promise<void>;
  #pumping: Promise<void> | null = null;
  /** The frame to try the connection out with, while it is being renewed; null when the connection is good. */
  #probe: Uint8Array | null = null;
  #renewing: Promise<void> | null = null;
  /** Ends the wait for an answer to the probe. */
  #heard: () => void = () => undefined;
  #closing: Promise<void> | null = null;

  constructor(options: DealerOptions) {
    this.#options = options;
    this.#opening = this.#open();
  }

  send(frame: Uint8Array): void {
    if (this.#closing !== null) return;
    this.#queue.push(frame);
    this.#pump();
  }

  reconnect(probe: Uint8Array): void {
    if (this.#closing !== null) return;
    this.#probe = probe;
    this.#renewing ??= this.#renew();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #open(): Promise<void> {
    const { host, port, nodeId, sink } = this.#options;
    try {
      const endpoint = await endpointOf(host, port);
      this.#connection = new Connection(nodeId, endpoint, {
        ...sink,
        frame: (frame) => {
          this.#heard();
          sink.frame(frame);
        },
      });
    } catch (error) {
      sink.failed(`cannot connect to a master at ${host}:${port}: ${String(error)}`);
    }
    this.#pump();
  }

  #pump(): void {
    this.#pumping ??= this.#sendWaiting().finally(() => {
      this.#pumping = null;
      // A frame may have come after the last look at the queue.
      if (this.#mustSend) this.#pump();
    });
  }

  /** Frames wait, there is a connection, and it is not being tried out. */
  get #mustSend(): boolean {
    if (this.#queue.length === 0 || this.#connection?.isOpen !== true) return false;
    return this.#probe === null || this.#closing !== null;
  }

  /** Sends what waits, in order, one at a time. */
  async #sendWaiting(): Promise<void> {
    while (this.#mustSend) {
      const frame = this.#queue[0];
      const connection = this.#connection;
      if (frame === undefined || connection === null) return;
      try {
        // A frame that a closed connection did not take stays first in the queue.
        if (await connection.send(frame)) this.#queue.shift();
      } catch (error) {
        this.#queue.shift();
        this.#options.sink.failed(`a frame of ${frame.byteLength} bytes could not be sent: ${String(error)}`);
      }
    }
  }

  async #renew(): Promise<void> {
    let waitMs = this.#options.probeWaitMs ?? defaultProbeWaitMs;
    for (let isGood = false; !isGood; waitMs = Math.min(2 * waitMs, longestProbeWaitMs)) {
      await this.#opening;
      const old = this.#connection;
      this.#connection = null;
      await old?.close();
      await pause(settleMs);
      this.#opening = this.#open();
      await this.#opening;
      isGood = this.#closing !== null || (await this.#tryOut(waitMs));
    }
    this.#probe = null;
    this.#renewing = null;
    this.#pump();
  }

  /** Sends the probe; true when anything came back in time, or nothing needs to any more. */
  async #tryOut(waitMs: number): Promise<boolean> {
    let deadline: Timer | undefined;
    const isHeard = await new Promise<boolean>((resolve) => {
      this.#heard = () => resolve(true);
      deadline = setTimer(() => resolve(false), waitMs);
      void this.#sendProbe();
    });
    clearTimer(deadline);
    this.#heard = () => undefined;
    return isHeard;
  }

  async #sendProbe(): Promise<void> {
    try {
      if (this.#probe !== null) await this.#connection?.send(this.#probe);
    } catch (error) {
      this.#options.sink.failed(`trying out the new connection failed: ${String(error)}`);
    }
  }

  async #close(): Promise<void> {
    await this.#opening;
    // What waits for an answer on a renewed connection is not lost either: it goes out now.
    this.#heard();
    await this.#renewing;
    this.#pump();
    if (this.#pumping !== null) await atMost(lingerMs, this.#pumping);
    await this.#connection?.close();
  }
}
