/** A request that went through the proxy, and what came back: what a recording is made of. */
import type { Pair } from '../traffic/recording.ts';

/** As much of a body as was kept. */
export type KeptBody = {
  readonly bytes: Buffer;
  /** Of the whole body as it went over the wire; more than `bytes` has: the rest was not kept. */
  readonly totalBytes: number;
};

/** Names and values as they went over the wire, in their order; each character is a byte. */
export type Headers = readonly Pair[];

/** Of Node's lists, which have names and values in turn. */
export function pairsOf(raw: readonly string[]): Headers {
  return Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? ''] as const);
}

/** A head as it goes over the wire, in latin1: the first line, and the empty one behind the headers. */
export function headText(firstLine: string, headers: Headers): string {
  return `${firstLine}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** What the target answered. */
export type PassedAnswer = {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  readonly headers: Headers;
  readonly body: KeptBody;
};

/** A request as the target got it, and the answer as the target gave it. */
export type PassedExchange = {
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** Until the answer began; null: it never did. */
  readonly waitedMs: number | null;
  /** Until its end. */
  readonly elapsedMs: number;
  readonly method: string;
  /** Absolute, the target's. */
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: Headers;
  readonly body: KeptBody;
  readonly answer: PassedAnswer | null;
  /** Why it did not end as it should, for people; null: it did. */
  readonly problem: string | null;
  /** True: a WebSocket, or another protocol that followed; its bytes are counted and not kept. */
  readonly isTunnel: boolean;
};
