/**
 * A capture as GoReplay writes it (`--output-file`): a request and its answer are a message each, with a line of kind, id and nanoseconds before, and a
 * line of three monkeys behind. Answers are written unpacked, all bodies with their length.
 */
import type { Pair } from '../traffic/recording.ts';
import type { ReadableAnswer, ReadableBody, ReadableExchange } from './readableExchange.ts';
import type { RecordingFormat } from './recordingFormat.ts';

const separator = '\n🐵🙈🙉\n';

/** `isTls`: where requests go needs its scheme said, which captures have no place for but the first line. */
export function gorFormat(isTls: boolean): RecordingFormat {
  return { head: '', separator, tail: separator, entry: (exchange, number) => messages(exchange, number, isTls), changed };
}

/** Null for another protocol. */
function messages({ method, url, headers, body, answer, startedMs, waitedMs, elapsedMs, isTunnel }: ReadableExchange, number: number, isTls: boolean): Buffer | null {
  if (isTunnel) return null;
  const id = number.toString(16).padStart(24, '0');
  const { pathname, search } = new URL(url);
  // Half a body would be sent for a whole one.
  const request = message(`1 ${id} ${startedMs}000000`, `${method} ${isTls ? url : pathname + search} HTTP/1.1`, headers, body.isCut ? { ...body, content: { text: '' } } : body);
  if (answer === null) return request;
  const answeredMs = startedMs + Math.round(waitedMs ?? elapsedMs);
  const answered = message(`2 ${id} ${answeredMs}000000 ${Math.round(elapsedMs * 1e6)}`, `HTTP/1.1 ${answer.status} ${answer.statusText}`, unpackedHeaders(answer), answer.body);
  return Buffer.concat([request, Buffer.from(separator), answered]);
}

/** Text is written in UTF-8, whatever it came in. */
function unpackedHeaders({ headers, body }: ReadableAnswer): readonly Pair[] {
  if (!('text' in body.content)) return headers;
  return headers.filter(([name]) => name.toLowerCase() !== 'content-encoding').map(([name, value]) => [name, name.toLowerCase() === 'content-type' ? value.replace(/(charset\s*=\s*)"?[\w.:-]+"?/iu, '$1utf-8') : value]);
}

/** A body that was cut has the length that it had: whoever reads it sees that it is not all. */
function message(line: string, firstLine: string, headers: readonly Pair[], body: ReadableBody): Buffer {
  const bytes = 'text' in body.content ? Buffer.from(body.content.text) : body.content.bytes;
  const length = body.isCut ? body.totalBytes : bytes.length;
  const framing = /^(?:content-length|transfer-encoding)$/iu;
  const framed = [...headers.filter(([name]) => !framing.test(name)), ...(length > 0 || headers.some(([name]) => framing.test(name)) ? [['Content-Length', String(length)] as const] : [])];
  return Buffer.concat([Buffer.from(`${line}\n${firstLine}\r\n${framed.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`), bytes]);
}

/** Of a message, or of what stands before the next line of monkeys. */
function changed(entry: Buffer, change: (text: string) => string): Buffer {
  const before = entry.toString('latin1');
  const after = change(before);
  if (after === before) return entry;
  const head = after.slice(0, after.indexOf('\r\n\r\n') + 4);
  const isWhole = before.length - before.indexOf('\r\n\r\n') - 4 === Number(/^content-length: (\d+)\r$/imu.exec(before)?.[1] ?? -1);
  const fitted = isWhole ? head.replace(/^(content-length: )\d+\r$/imu, `$1${after.length - head.length}\r`) : head;
  return Buffer.from(fitted + after.slice(head.length), 'latin1');
}
