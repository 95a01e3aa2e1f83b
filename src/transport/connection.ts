/**
 * One connection to the master: the only file that knows zeromq.
 *
 * zeromq.js refuses a second `send` while one is pending, and its socket has no way to say that everything has left but
 * one: the monitor's `end`, which comes when the closed socket has sent the rest and is gone, or its linger is over.
 */
import { Dealer } from 'zeromq';
import type { Endpoint } from './address.ts';
import { atMost } from './deadline.ts';

/** Locust's keepalive (zmqrpc.py:20-21): a dead peer is noticed after 30 s and some probes. */
const keepaliveIdleSec = 30;
/** How long a closed socket may go on sending what it still holds. */
export const lingerMs = 1_000;
/** `end` comes within the linger; this is for a monitor that should fail. */
const endGraceMs = 500;

export type ConnectionSink = {
  /** One message of exactly one frame. */
  readonly frame: (frame: Uint8Array) => void;
  /** The master sent something else; `reason` says what. */
  readonly invalid: (reason: string) => void;
  /** The socket itself failed; `reason` is a sentence for a person. */
  readonly failed: (reason: string) => void;
};

export class Connection {
  readonly #socket: Dealer;
  readonly #ended: Promise<void>;
  #isClosed = false;

  /** Connects; frames can be sent at once and wait inside until the master is there. Throws when there cannot be such an address. */
  constructor(nodeId: string, endpoint: Endpoint, sink: ConnectionSink) {
    this.#socket = new Dealer({
      routingId: nodeId,
      linger: lingerMs,
      tcpKeepalive: 1,
      tcpKeepaliveIdle: keepaliveIdleSec,
      ipv6: endpoint.isIpv6,
    });
    this.#ended = this.#watchForEnd();
    try {
      this.#socket.connect(endpoint.address);
    } catch (error) {
      this.#socket.close();
      throw error;
    }
    void this.#receive(sink);
  }

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /** Resolves when ZeroMQ has taken the frame; false when the connection was closed before. One call at a time. */
  async send(frame: Uint8Array): Promise<boolean> {
    if (this.#isClosed) return false;
    try {
      await this.#socket.send(frame);
      return true;
    } catch (error) {
      if (this.#isClosed) return false;
      throw error;
    }
  }

  /** Resolves when what was sent has left and the connection is gone, at the latest after the linger. May be called twice. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#socket.close();
    }
    await atMost(lingerMs + endGraceMs, this.#ended);
  }

  async #watchForEnd(): Promise<void> {
    try {
      for await (const { type } of this.#socket.events) if (type === 'end') return;
    } catch {
      // A monitor that fails says nothing about what has left: `close` then waits for its deadline.
      await new Promise(() => undefined);
    }
  }

  async #receive(sink: ConnectionSink): Promise<void> {
    try {
      for await (const frames of this.#socket) {
        const [frame] = frames;
        if (frames.length === 1 && frame !== undefined) sink.frame(frame);
        else sink.invalid(`expected a message of 1 frame, came ${frames.length} frames`);
      }
    } catch (error) {
      // Closing ends the loop with an error when it happens in the middle of a wait.
      if (!this.#isClosed) sink.failed(`receiving from the master failed: ${String(error)}`);
    }
  }
}
