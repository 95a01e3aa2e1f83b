/** One answer, in pieces, through our parser and through undici: what each makes of it, in a form that can be compared. */
import { Client } from 'undici';
import { AnswerParser } from '../../src/http/connection/fast/answerParser.ts';
import type { HeadCache } from '../../src/http/connection/fast/headCache.ts';
import { startRawServer } from './httpServer.ts';

/** `null` for an answer that was refused, or is not whole when the connection ends. */
export type AnswerOutcome = { readonly status: number; readonly headers: readonly string[]; readonly body: string } | null;

/** A connection that delivers `pieces` one after the other and then ends, read by our own parser. */
export function outcomeOfOurs(pieces: readonly Buffer[], method: string, cache: HeadCache | null = null): AnswerOutcome {
  let status = 0;
  let headers: readonly string[] = [];
  const body: Buffer[] = [];
  let outcome: AnswerOutcome | undefined;
  const parser = new AnswerParser({
    onHead(answered, head) {
      status = answered;
      headers = head.raw.map((part) => Buffer.from(part).toString('latin1'));
    },
    onPiece: (bytes, start, end) => void body.push(Buffer.from(bytes.subarray(start, end))),
    onWhole: () => (outcome = { status, headers, body: Buffer.concat(body).toString('latin1') }),
    onRefused: () => (outcome = null),
    onStray: () => undefined,
  });
  parser.expect(method === 'HEAD', cache);
  // As it is read: into memory that the next piece overwrites.
  const readBuffer = Buffer.alloc(Math.max(1, ...pieces.map(({ byteLength }) => byteLength)));
  for (const piece of pieces) {
    if (outcome !== undefined) break;
    piece.copy(readBuffer);
    parser.feed(readBuffer, piece.byteLength);
    readBuffer.fill(0xff);
  }
  if (outcome === undefined) parser.end();
  if (outcome === undefined) throw new Error('the parser neither ended nor refused the answer');
  return outcome;
}

export type UndiciReader = {
  /** The same, read by undici: one answer at a time. */
  readonly outcome: (bytes: Buffer, method: string) => Promise<AnswerOutcome>;
  readonly close: () => Promise<void>;
};

/** Starts a server that gives undici whatever answer is asked for, and then ends the connection. */
export async function startUndiciReader(): Promise<UndiciReader> {
  let answer: Buffer = Buffer.alloc(0);
  const server = await startRawServer((_index, socket) => void socket.end(answer));
  return {
    close: server.close,
    outcome(bytes, method) {
      answer = bytes;
      return readByUndici(server.url, method);
    },
  };
}

function readByUndici(origin: string, method: string): Promise<AnswerOutcome> {
  return new Promise((resolve) => {
    let status = 0;
    let headers: readonly string[] = [];
    const body: Buffer[] = [];
    const client = new Client(origin);
    const settle = (outcome: AnswerOutcome): void => {
      resolve(outcome);
      client.destroy(null, () => undefined);
    };
    const handler = {
      onConnect: () => undefined,
      onHeaders(answered: number, raw: Buffer[]) {
        if (answered < 200) return true;
        status = answered;
        headers = raw.map((part) => part.toString('latin1').replace(/[ \t]+$/u, ''));
        return true;
      },
      onData: (piece: Buffer) => body.push(Buffer.from(piece)) > 0,
      onComplete: () => settle({ status, headers, body: Buffer.concat(body).toString('latin1') }),
      onError: () => settle(null),
    };
    client.dispatch({ method, path: '/', reset: false }, handler);
  });
}
