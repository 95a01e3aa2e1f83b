/** Multipart bodies as text (RFC 7578): fields and files. Binary files do not survive being text, so only their length is known. */
import { isUtf8 } from 'node:buffer';
import { mimeType, type RecordedBody, type RecordedPart } from '../recording.ts';

/** A text that names no boundary, in its type or its first line, stays a text. `lengthOf`: in bytes. */
export function multipartBody(text: string, contentType: string | null, lengthOf: (content: string) => number = Buffer.byteLength): RecordedBody {
  const named = /boundary="?([^";]+)"?/iu.exec(contentType ?? '')?.[1];
  // Firefox puts the headers of the body before it.
  const start = text.startsWith('--') ? 0 : text.indexOf('\n--') + 1;
  const boundary = named ?? /^--([^\r\n]+)/u.exec(text.slice(start))?.[1] ?? null;
  if (boundary === null) return { kind: 'text', text };
  const parts = text
    .slice(start)
    .split(`--${boundary}`)
    .slice(1)
    .filter((part) => !part.startsWith('--') && part.trim() !== '')
    .flatMap((part) => partOf(part, lengthOf) ?? []);
  return parts.length === 0 ? { kind: 'text', text } : { kind: 'parts', parts };
}

/** The same of bytes: its fields, and files without their content unless they are text. What cannot be taken apart stays bytes. */
export function multipartBytes(bytes: Uint8Array, contentType: string | null): RecordedBody {
  const body = multipartBody(Buffer.from(bytes).toString('latin1'), contentType, ({ length }) => length);
  return body.kind === 'parts' ? { kind: 'parts', parts: body.parts.map(inUtf8) } : { kind: 'bytes', bytes };
}

/** Of a part each of whose letters is a byte. */
function inUtf8({ name, filename, text, ...part }: RecordedPart): RecordedPart {
  const plain = (latin1: string): string | null => {
    const bytes = Buffer.from(latin1, 'latin1');
    return isUtf8(bytes) ? bytes.toString() : null;
  };
  return { ...part, name: plain(name) ?? name, filename: filename === null ? null : (plain(filename) ?? filename), text: text === null ? null : plain(text) };
}

function partOf(part: string, lengthOf: (content: string) => number): RecordedPart | null {
  const [, head = '', content = ''] = /^\r?\n?(.*?)\r?\n\r?\n(.*?)\r?\n?$/su.exec(part) ?? [];
  const disposition = /^content-disposition:(.*)$/imu.exec(head)?.[1] ?? '';
  const name = quotedValue(disposition, 'name');
  if (name === null) return null;
  const filename = quotedValue(disposition, 'filename');
  const type = mimeType(/^content-type:(.*)$/imu.exec(head)?.[1] ?? null);
  // Of a file only the name may have been recorded; a field for a file that was left empty has no name either.
  const isReadable = filename === null || (filename === '' && content === '') || (content !== '' && !/[\0-\u0008\uFFFD]/u.test(content));
  return { name, filename, type: type === '' ? null : type, text: isReadable ? content : null, bytes: content === '' ? null : lengthOf(content) };
}

function quotedValue(disposition: string, name: string): string | null {
  const [, quoted, bare] = new RegExp(`[;\\s]${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'iu').exec(disposition) ?? [];
  return quoted?.replace(/\\(.)/gu, '$1').replaceAll('%22', '"') ?? bare ?? null;
}
