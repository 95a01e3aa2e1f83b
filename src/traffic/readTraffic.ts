/** Recorded traffic of any kind: what a file is, its content says, not its name. */
import { gunzipSync } from 'node:zlib';
import { decodedText } from '../util/textFile.ts';
import { isAccessLog, readAccessLog } from './readers/accessLog.ts';
import { isCurl, readCurl } from './readers/curl.ts';
import { isGor, readGor } from './readers/gor.ts';
import { isHar, readHar } from './readers/har.ts';
import { fieldsOf, lineOf, parseJson } from './readers/jsonFile.ts';
import { isOpenApi, readOpenApi } from './readers/openApi.ts';
import { environmentValues, isEnvironment, isPostman, readPostman } from './readers/postman.ts';
import { parseYaml } from './readers/yamlFile.ts';
import { unreadableTraffic, type Pair, type Recording } from './recording.ts';

/** What JavaScript can hold as one text is 512 MB. */
const maxBytes = 500_000_000;

/** A file, with its name for messages. */
export type TrafficFile = { readonly bytes: Uint8Array; readonly source: string };

/** All files; Postman's environments among them are for the collections. Throws a BoomerError with the line or entry for what cannot be read. */
export function readAllTraffic(files: readonly TrafficFile[]): readonly Recording[] {
  const environments: Pair[] = [];
  const others: TrafficFile[] = [];
  for (const file of files) {
    const json = /^\s*\{/u.test(Buffer.from(file.bytes.subarray(0, 100)).toString()) && file.bytes.length < 5_000_000 ? jsonOrNull(file.bytes) : null;
    if (isEnvironment(json)) environments.push(...environmentValues(json));
    else others.push(file);
  }
  if (others.length === 0 && files[0] !== undefined) throw unreadableTraffic(files[0].source, null, 'an environment of Postman without a collection: name both');
  return others.map(({ bytes, source }) => readTraffic(bytes, source, environments));
}

function jsonOrNull(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodedText(bytes) ?? '') as unknown;
  } catch {
    return null;
  }
}

/** `source`: the file's name, for messages; `environment`: what Postman's variables stand for. Throws as `readAllTraffic` does. */
export function readTraffic(file: Uint8Array, source: string, environment: readonly Pair[] = []): Recording {
  const bytes = unpacked(Buffer.from(file.buffer, file.byteOffset, file.byteLength), source);
  if (bytes.length > maxBytes) throw tooLong(source);
  if (isGor(bytes)) return readGor(bytes, source);
  const text = decodedText(bytes);
  if (text === null) throw unreadableTraffic(source, `line ${lineOfInvalid(bytes)}`, 'expected text in UTF-8, or in UTF-16 with a byte order mark: save it again in UTF-8');
  if (text.trim() === '') throw unreadableTraffic(source, null, 'the file is empty');
  const start = text.slice(0, 20_000).trimStart();
  // Its descriptions may show how to call curl.
  if (/^(?:['"]?(?:openapi|swagger)['"]?)\s*:/mu.test(start)) return readOpenApi(parseYaml(text, source), source);
  if (isCurl(start)) return readCurl(text, source);
  if (isAccessLog(start)) return readAccessLog(text, source);
  if (/^[{[]/u.test(start)) return readJson(parseJson(text, source), source, environment);
  // HAR viewers load archives from other sites so.
  const [, call] = /^\s*[\w.$]+\s*\((\s*\{.*\})\s*\)\s*;?\s*$/su.exec(text) ?? [];
  if (call !== undefined) return readJson(parseJson(call, source), source, environment);
  if (isCurl(text)) return readCurl(text, source);
  throw unreadableTraffic(source, 'line 1', `what this is cannot be told: ${expected}`);
}

const expected = 'expected a HAR, curl commands, a Postman collection, an OpenAPI description, a capture of GoReplay or an access log';

function readJson(json: unknown, source: string, environment: readonly Pair[]): Recording {
  if (isHar(json)) return readHar(json, source);
  if (isOpenApi(json)) return readOpenApi(json, source);
  if (isPostman(json)) return readPostman(json, source, environment);
  // Exported by Postman's API, it is in a wrapper.
  const { collection } = fieldsOf(json);
  if (isPostman(collection)) return readPostman(collection, source, environment);
  throw unreadableTraffic(source, null, `this JSON is of no kind that is known here: ${expected}`);
}

/** Logs and captures are often kept so. */
function unpacked(bytes: Buffer, source: string): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLong(source);
    throw unreadableTraffic(source, null, 'its gzip is damaged: it was cut off, copy it again', cause);
  }
}

function tooLong(source: string): Error {
  return unreadableTraffic(source, null, `more than ${maxBytes / 1e6} MB in one file cannot be read: record a shorter time, or split it`);
}

function lineOfInvalid(bytes: Uint8Array): number {
  const text = Buffer.from(bytes).toString();
  return lineOf(text, Math.max(0, text.indexOf('\uFFFD')));
}
