/**
 * One connection to the master: the only file that knows zeromq.
 *
 * A ZeroMQ socket would connect again by itself, and send on what it holds, to whoever answers then. Here each socket has one
 * TCP connection in its life: when that ends, so does the socket, so that it is known what went where.
 */
import { Dealer } from 'zeromq';
import { clearTimer, pause, setTimer, type Timer } from '../../util/timers.ts';
import type { Endpoint } from './address.ts';

/** Locust's keepalive (zmqrpc.py:20-21): a dead peer is noticed after 30 s and some probes. */
const keepaliveIdleSec = 30;
/** What the other machine's kernel has not acknowledged for so long ends the connection: heartbeats make it a sign of a dead network. */
const unacknowledgedMs = 5_000;
/** How long the network may take to answer the first packet, and the other side to speak ZeroMQ after that. */
const connectWaitMs = 2_000;
const handshakeWaitMs = 10_000;
/** How long a closed socket may go on sending what it still holds. */
export const lingerMs = 1_000;
/** `end` comes within the linger; this is for a monitor that should fail. */
const endGraceMs = 500;
/** Frames that came before the end of a connection may still be on their way through the socket. */
const drainMs = 20;

/** Where a connection tells what happens to it. */
export type ConnectionSink = {
  /** The other side speaks ZeroMQ. */
  readonly up: () => void;
  /** It is over, or could never be: said once, unless `close` was called before. */
  readonly down: () => void;
  /** One message of exactly one frame. */
  readonly frame: (frame: Uint8Array) => void;
  /** The master sent something else; `reason` says what. */
  readonly invalid: (reason: string) => void;
  /** The socket itself failed; `reason` is a sentence for a person. */
  readonly failed: (reason: string) => void;
};

/** What a connection is made of. */
export type ConnectionOptions = {
  readonly identity: string;
  readonly endpoint: Endpoint;
  /** Larger messages of the master end the connection before they are read. */
  readonly maxFrameBytes: number;
  readonly sink: ConnectionSink;
};

/** One socket with one TCP connection in its life. */
export class Connection {
  readonly #socket: Dealer;
  readonly #sink: ConnectionSink;
  readonly #queue: Uint8Array[] = [];
  readonly #ended: Promise<void>;
  #pumping: Promise<void> | null = null;
  #isClosed = false;

  /** Begins to connect. Throws when there cannot be such an address. */
  constructor({ identity, endpoint, maxFrameBytes, sink }: ConnectionOptions) {
    this.#sink = sink;
    this.#socket = new Dealer({
      routingId: identity,
      linger: lingerMs,
      reconnectInterval: -1,
      connectTimeout: connectWaitMs,
      handshakeInterval: handshakeWaitMs,
      tcpKeepalive: 1,
      tcpKeepaliveIdle: keepaliveIdleSec,
      tcpMaxRetransmitTimeout: unacknowledgedMs,
      maxMessageSize: maxFrameBytes,
      ipv6: endpoint.isIpv6,
    });
    this.#ended = this.#watch();
    try {
      this.#socket.connect(endpoint.address);
    } catch (error) {
      this.#isClosed = true;
      this.#socket.close();
      throw error;
    }
    void this.#receive();
  }

  /** Sends one frame, in order, never blocking. What is sent before `up` leaves with it. */
  send(frame: Uint8Array): void {
    if (this.#isClosed) return;
    this.#queue.push(frame);
    this.#pumping ??= this.#pump().finally(() => (this.#pumping = null));
  }

  /** Ends it without waiting: what has not left is lost. */
  drop(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.linger = 0;
    this.#socket.close();
  }

  /** Resolves when what was sent has left and the connection is gone, at the latest after the linger. May be called twice. */
  async close(): Promise<void> {
    if (this.#pumping !== null) await atMost(lingerMs, this.#pumping);
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#socket.close();
    }
    await atMost(lingerMs + endGraceMs, this.#ended);
  }

  /** zeromq.js refuses a second `send` while one is pending. */
  async #pump(): Promise<void> {
    for (let frame = this.#queue.shift(); frame !== undefined && !this.#isClosed; frame = this.#queue.shift()) {
      try {
        await this.#socket.send(frame);
      } catch (error) {
        if (!this.#isClosed) this.#sink.failed(`a frame of ${frame.byteLength} bytes could not be sent: ${String(error)}`);
      }
    }
  }

  /** Resolves at `end`, which comes when the closed socket has sent the rest and is gone. */
  async #watch(): Promise<void> {
    try {
      for await (const { type } of this.#socket.events) {
        if (type === 'handshake' && !this.#isClosed) this.#sink.up();
        // `close`: nobody listens there; the others: it was up, or the other side speaks something else.
        if (type === 'disconnect' || type === 'close' || type.startsWith('handshake:error')) void this.#over();
        if (type === 'end') return;
      }
    } catch {
      // A monitor that fails says nothing about what has left: `close` then waits for its deadline.
      await new Promise(() => undefined);
    }
  }

  async #over(): Promise<void> {
    if (this.#isClosed) return;
    await pause(drainMs);
    if (this.#isClosed) return;
    this.drop();
    this.#sink.down();
  }

  async #receive(): Promise<void> {
    try {
      for await (const frames of this.#socket) {
        const [frame] = frames;
        if (frames.length === 1 && frame !== undefined) this.#sink.frame(frame);
        else this.#sink.invalid(`expected a message of 1 frame, came ${frames.length} frames`);
      }
    } catch (error) {
      // Closing ends the loop with an error when it happens in the middle of a wait.
      if (!this.#isClosed) this.#sink.failed(`receiving from the master failed: ${String(error)}`);
    }
  }
}

/** Resolves when `work` does, or after `deadlineMs`, whichever comes first; leaves no timer behind. */
export async function atMost(deadlineMs: number, work: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimer(resolve, deadlineMs)));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimer(timer);
  }
}
