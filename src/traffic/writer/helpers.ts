/**
 * Functions that a scenario has at its end when it needs them; and the same for recordings, where they find what the scenario's find in an answer. A parser of
 * all of HTML would find more in broken pages than a scenario does, which has none.
 */
import type { Pair } from '../recording.ts';

/** A function that a scenario gets when it needs it. */
export type Helper = 'missing' | 'field' | 'cut' | 'xmlText';

/** In this order. */
const texts: Readonly<Record<Helper | 'secret', string>> = {
  field: `/** The value of a form's field, or the content of a meta element. */
function field(html: string, name: string): string {
  const valueOf = (tag: string, attribute: string) => {
    const [, doubly, singly, bare] = new RegExp(\`\\\\s\${attribute}\\\\s*=\\\\s*(?:"([^"]*)"|'([^']*)'|([^\\\\s"'>]+))\`, 'i').exec(tag) ?? [];
    return doubly ?? singly ?? bare;
  };
  const tags = html.match(/<(?:input|meta|button)\\b[^>]*>/gi) ?? [];
  const value = tags.filter((tag) => valueOf(tag, 'name') === name).map((tag) => valueOf(tag, 'value') ?? valueOf(tag, 'content')).find((text) => text);
  if (value === undefined) return missing(\`field \${name}\`);
  const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
  return value.replace(/&(?:amp|lt|gt|quot|#x?[\\da-f]+);/gi, (entity) => entities[entity.toLowerCase()] ?? String.fromCodePoint(Number(entity.replace(/^&#x/i, '0x').replace(/^&#/, '').replace(';', ''))));
}`,
  cut: `/** What stands between two texts. */
function cut(text: string, left: string, right: string): string {
  const start = text.indexOf(left);
  const end = right === '' ? text.length : text.indexOf(right, start + left.length);
  return start < 0 || end < 0 ? missing(\`text after \${left}\`) : text.slice(start + left.length, end);
}`,
  xmlText: `/** As XML has it. */
function xmlText(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => \`&#\${letter.charCodeAt(0)};\`);
}`,
  missing: `function missing(what: string): never {
  throw new Error(\`the answer has no \${what}\`);
}`,
  secret: `function secret(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(\`set \${name} before the run: -e \${name}=…, or --env-file\`);
  return value;
}`,
};

/** The text of those that are needed. */
export function helperTexts(needed: ReadonlySet<Helper | 'secret'>): readonly string[] {
  return Object.entries(texts).flatMap(([name, text]) => (([...needed] as readonly string[]).includes(name) ? [text] : []));
}

/** Fields of forms in a page, and what its meta elements say: names and values, the first of each name, in the page's order. */
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

/** What stands between the first `left` and the `right` after it, as the scenario's own function finds it; null: nothing. */
export function textBetween(text: string, left: string, right: string): string | null {
  const start = text.indexOf(left);
  if (start < 0) return null;
  const from = start + left.length;
  const end = right === '' ? text.length : text.indexOf(right, from);
  return end < 0 ? null : text.slice(from, end);
}
