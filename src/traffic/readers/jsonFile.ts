/** JSON that others wrote: read with the line of a mistake, and looked into without trust. */
import { isList, isMap, type Fields } from '../../util/typeGuards.ts';
import { unreadableTraffic } from '../recording.ts';

/** Throws a BoomerError with the line for what is no JSON. */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : '';
    const position = Number(/position (\d+)/u.exec(message)?.[1] ?? text.length);
    const isCut = /end of (?:JSON )?input|unterminated string/iu.test(message) || position >= text.trimEnd().length;
    const found = isCut ? 'the file ends in the middle: it was cut off, record or copy it again' : `this is no JSON from ${shownAt(text, position)} on`;
    throw unreadableTraffic(source, `line ${lineOf(text, isCut ? text.length : position)}`, found, cause);
  }
}

function shownAt(text: string, position: number): string {
  return JSON.stringify(text.slice(position, position + 20).toWellFormed());
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
