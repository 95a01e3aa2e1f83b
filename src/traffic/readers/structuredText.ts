/** JSON and YAML that others wrote: read with the line of a mistake, and looked into without trust. The only owner of `yaml`. */
import { createRequire } from 'node:module';
import type * as yaml from 'yaml';
import { isList, isMap, type Fields } from '../../util/typeGuards.ts';
import { unreadableTraffic } from '../recording.ts';

const require = createRequire(import.meta.url);

/** What a file that breaks off is told. */
export const cutOff = 'the file ends in the middle: it was cut off, record or copy it again';

/** Throws a BoomerError for what is no JSON, with `place`, or with the line of the file whose text it is. */
export function parseJson(text: string, source: string, place: string | null = null): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : '';
    const position = positionIn(message, text);
    const isCut = position >= text.trimEnd().length;
    const found = isCut ? cutOff : `this is no JSON from ${JSON.stringify(text.slice(position, position + 20).toWellFormed())} on`;
    throw unreadableTraffic(source, place ?? `line ${lineOf(text, isCut ? text.length : position)}`, found, cause);
  }
}

/** V8 says where, or shows ten characters on each side of what it did not expect; anything else is about the end. */
function positionIn(message: string, text: string): number {
  const said = /position (\d+)/u.exec(message)?.[1];
  if (said !== undefined) return /unterminated string/iu.test(message) ? text.length : Number(said);
  const [, token = '', dots, shown = ''] = /^Unexpected token '(.)', (\.\.\.)?"(.*)"(?:\.\.\.)? is not valid JSON$/su.exec(message) ?? [];
  if (token === '') return text.length;
  return text.indexOf(shown) + (dots === undefined ? shown.indexOf(token) : 10);
}

/** Throws a BoomerError that has the line for what is no YAML. The library is loaded for such a file alone. */
export function parseYaml(text: string, source: string): unknown {
  const { parseDocument } = require('yaml') as typeof yaml;
  try {
    const document = parseDocument(text, { logLevel: 'silent' });
    const [error] = document.errors;
    if (error !== undefined) throw unreadableTraffic(source, `line ${error.linePos?.[0].line ?? 1}`, `this is no YAML: ${error.message.split('\n', 1)[0]?.replace(/ at line \d+.*$/u, '') ?? ''}`, error);
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    if (cause instanceof RangeError) throw unreadableTraffic(source, null, 'it is nested too deeply', cause);
    if (cause instanceof ReferenceError) throw unreadableTraffic(source, null, 'its aliases stand for too much', cause);
    throw cause;
  }
}

/** From 1. */
export function lineOf(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Its members; none for anything else. */
export function fieldsOf(value: unknown): Fields {
  return isMap(value) ? value : {};
}

/** Its elements; none for anything else. */
export function elementsOf(value: unknown): readonly unknown[] {
  return isList(value) ? value : [];
}

/** A text, or what a number or a boolean reads as; null for anything else. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** A number that is one; null for anything else. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
