/** Recorded traffic of any kind: what a file is, its content says, not its name. */
import { decodedText } from '../util/textFile.ts';
import { unreadableTraffic, type Recording } from './recording.ts';
import { isCurl, readCurl } from './readers/curl.ts';
import { isHar, readHar } from './readers/har.ts';
import { lineOf, parseJson } from './readers/jsonFile.ts';

/** What JavaScript can hold as one text is 512 MB. */
const maxBytes = 500_000_000;

/** `source`: the file's name, for messages. Throws a BoomerError with the line or entry for what cannot be read. */
export function readTraffic(bytes: Uint8Array, source: string): Recording {
  if (bytes.length > maxBytes) throw unreadableTraffic(source, null, `${Math.round(bytes.length / 1e6)} MB in one file are too much, at most ${maxBytes / 1e6} MB can be read: record a shorter walk, or split it`);
  const text = decodedText(bytes);
  if (text === null) throw unreadableTraffic(source, `line ${lineOfInvalid(bytes)}`, 'expected text in UTF-8, or in UTF-16 with a byte order mark: save it again in UTF-8');
  if (text.trim() === '') throw unreadableTraffic(source, null, 'the file is empty');
  if (/^\s*[{[]/u.test(text)) return readJson(parseJson(text, source), source);
  // HAR viewers load archives from other sites so.
  const [, call] = /^\s*[\w.$]+\s*\((\s*\{.*\})\s*\)\s*;?\s*$/su.exec(text) ?? [];
  if (call !== undefined) return readJson(parseJson(call, source), source);
  if (isCurl(text)) return readCurl(text, source);
  throw unreadableTraffic(source, 'line 1', `what this is cannot be told: ${expected}`);
}

const expected = 'expected a HAR or curl commands';

function readJson(json: unknown, source: string): Recording {
  if (isHar(json)) return readHar(json, source);
  throw unreadableTraffic(source, null, `this JSON is of no kind that is known here: ${expected}`);
}

function lineOfInvalid(bytes: Uint8Array): number {
  const text = Buffer.from(bytes).toString();
  return lineOf(text, Math.max(0, text.indexOf('\uFFFD')));
}
