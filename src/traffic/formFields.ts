/**
 * Fields of forms in a page, and what its meta elements say: names and values, as the scenario's own function finds them. A parser of all of HTML
 * would find more in broken pages than the scenario does, which has none.
 */
import type { Pair } from './recording.ts';

/** The first of each name, in the page's order. */
export function fieldsIn(html: string): readonly Pair[] {
  const found = new Map<string, string>();
  for (const [tag] of html.matchAll(/<(?:input|meta|button)\b[^>]*>/giu)) {
    const name = attribute(tag, 'name');
    const value = attribute(tag, 'value') ?? attribute(tag, 'content');
    if (name !== null && value !== null && value !== '' && !found.has(name)) found.set(name, value);
  }
  return [...found];
}

function attribute(tag: string, name: string): string | null {
  const [, doubly, singly, bare] = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'iu').exec(tag) ?? [];
  return (doubly ?? singly ?? bare)?.replace(/&(amp|lt|gt|quot|#x?[\da-f]+);/giu, (_, entity: string) => character(entity)) ?? null;
}

function character(entity: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  const code = Number(entity.replace(/^#x/iu, '0x').replace(/^#/u, ''));
  return named[entity.toLowerCase()] ?? (code <= 0x10ffff ? String.fromCodePoint(code) : '');
}
