/**
 * TypeScript as text: literals, templates, objects that go on one line where they fit, names and comments. Recorded traffic is anybody's: whatever of it stands in
 * a scenario is written by the functions here, each of which makes sure that its text ends where it should and is no code.
 */
import { withoutHoles } from '../recording.ts';
import { isList, isMap } from '../../util/typeGuards.ts';

/** An expression, and what it is when it stands in a template or for itself; `sent`: whatever is sent there. */
export type Code = { readonly code: string; readonly type: 'string' | 'number' | 'sent' };

/** A text with expressions in it. */
export type Parts = readonly (string | Code)[];

/** Something to print: an expression ready made, a list, an object; a remark, whatever it says, goes behind it on its line, the name of a type behind its end. */
export type Shape =
  | { readonly code: string; readonly remark?: string | undefined }
  | { readonly list: readonly Shape[]; readonly satisfies?: string | null }
  | { readonly fields: readonly (readonly [name: string, value: Shape])[]; readonly satisfies?: string | null };

const maxColumns = 140;

/** In single quotes. */
export function quoted(text: string): string {
  return `'${escaped(text).replaceAll("'", "\\'")}'`;
}

/** What would end a line, or hide it from a reader. */
function escaped(text: string): string {
  const named: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return withoutHoles(text).toWellFormed().replace(/[\\\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => named[character] ?? Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''));
}

/** A text, a template, or the one expression that it is made of. */
export function textCode(parts: Parts): string {
  const pieces = joined(parts);
  const [only = '', ...more] = pieces;
  if (more.length === 0) return typeof only === 'string' ? quoted(only) : only.type === 'string' ? only.code : `\`\${${only.code}}\``;
  return `\`${pieces.map((piece) => (typeof piece === 'string' ? escaped(piece).replaceAll('`', '\\`').replaceAll('${', '\\${') : `\${${piece.code}}`)).join('')}\``;
}

/** Texts that stand side by side are one: a dollar sign at the end of the one and a brace at the start of the other would be code. */
function joined(parts: Parts): Parts {
  const pieces: (Parts[number])[] = [];
  for (const part of parts) {
    const last = pieces.at(-1);
    if (typeof part === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + part;
    else if (part !== '') pieces.push(part);
  }
  return pieces;
}

/** True for a name that needs no quotes: which letters beyond ASCII may be in one, each compiler has its own year's list of. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/u.test(name);
}

/** A member's name where an object is written; `__proto__` would be no member. */
export function memberName(written: string): string {
  const name = withoutHoles(written);
  if (name === '__proto__') return `[${quoted(name)}]`;
  return isPlainName(name) || /^(?:0|[1-9]\d{0,14})$/u.test(name) ? name : quoted(name);
}

/** What JSON says, on one line. */
export function jsonCode(json: unknown): string {
  if (isList(json)) return `[${json.map(jsonCode).join(', ')}]`;
  if (isMap(json)) return Object.keys(json).length === 0 ? '{}' : `{ ${Object.entries(json).map(([name, value]) => `${memberName(name)}: ${jsonCode(value)}`).join(', ')} }`;
  return typeof json === 'string' ? quoted(json) : String(json);
}

/** `.name`, or `['a name']`; `isOptional`: of something that may not be there. */
export function memberAccess(name: string, isOptional: boolean): string {
  return isPlainName(name) ? `${isOptional ? '?.' : '.'}${name}` : `${isOptional ? '?.' : ''}[${quoted(name)}]`;
}

/** A member's name in a type. */
export function typeMember(name: string): string {
  return isPlainName(name) ? name : quoted(name);
}

/** On one line, or else on several, `indent` spaces from the left; `used`: columns before it. */
export function printed(shape: Shape, indent: number, used: number = indent): string {
  if ('code' in shape) return shape.code;
  const flat = onOneLine(shape);
  if (flat !== null && used + flat.length <= maxColumns) return flat;
  const space = ' '.repeat(indent + 2);
  const rows = 'list' in shape ? shape.list.map((value) => ['', value] as const) : shape.fields.map(([name, value]) => [memberName(name), value] as const);
  const [open, close] = 'list' in shape ? ['[', ']'] : ['{', '}'];
  const lines = rows.map(([head, value]) => {
    const code = printed(value, indent + 2, indent + 2 + (head === '' ? 0 : head.length + 2));
    return `${space}${head === '' ? code : member(head, code)},${'code' in value && value.remark !== undefined ? ` ${comment(value.remark)}` : ''}`;
  });
  return [open, ...lines, `${' '.repeat(indent)}${close}${typed(shape)}`].join('\n');
}

/** `name` alone where a variable is called so, which `null` and `true` are not. */
function member(name: string, code: string): string {
  return name === code && isPlainName(name) && !reserved.has(name) ? name : `${name}: ${code}`;
}

/** Null when a remark has to end a line. */
function onOneLine(shape: Shape): string | null {
  if ('code' in shape) return shape.remark === undefined && !shape.code.includes('\n') ? shape.code : null;
  const parts = 'list' in shape ? shape.list.map(onOneLine) : shape.fields.map(([name, value]) => {
    const code = onOneLine(value);
    return code === null ? null : member(memberName(name), code);
  });
  if (parts.some((part) => part === null)) return null;
  if (parts.length === 0) return `${'list' in shape ? '[]' : '{}'}${typed(shape)}`;
  return `${'list' in shape ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`}${typed(shape)}`;
}

function typed({ satisfies }: { readonly satisfies?: string | null }): string {
  return typeof satisfies === 'string' ? ` satisfies ${satisfies}` : '';
}

/** A comment to the end of its line, whatever its text is. */
export function comment(text: string): string {
  return `// ${remarkText(text)}`;
}

/** A comment before something, on one line. */
export function docComment(text: string): string {
  return `/** ${remarkText(text)} */`;
}

/** A comment at the start of a file, each of the texts on its line. */
export function headComment(texts: readonly string[]): string {
  return `/**\n${texts.map((text) => ` * ${remarkText(text)}`).join('\n')}\n */`;
}

/** Text for a comment: one line, that ends no comment, and not too long. */
function remarkText(text: string): string {
  const line = withoutHoles(text).toWellFormed().replace(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ').replaceAll('*/', '* /').trim();
  return line.length > 120 ? `${line.slice(0, 117).toWellFormed()}...` : line;
}

const reserved: ReadonlySet<string> = new Set(
  ('break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with ' +
    'yield let static await async of package private protected public interface implements eval arguments undefined constructor prototype').split(' '),
);

/** `addToCart` of `add-to cart`; `fallback` when nothing is left of it. */
export function identifier(text: string, fallback: string): string {
  const words = text.normalize('NFKD').replace(/\p{M}/gu, '').split(/[^A-Za-z0-9]+/u).flatMap((word) => word.split(/(?<=[a-z\d])(?=[A-Z])/u)).filter((word) => word !== '');
  const name = words.slice(0, 6).map((word, index) => (index === 0 ? word.toLowerCase() : `${word.charAt(0).toUpperCase()}${word.slice(1).toLowerCase()}`)).join('').slice(0, 40);
  const safe = /^\d/u.test(name) ? `${fallback}${name}` : name;
  return safe === '' ? fallback : reserved.has(safe) ? `${safe}Value` : safe;
}

/** Hands each name out once: `item`, `item2` … */
export class Names {
  readonly #used: Set<string>;

  /** `taken`: by others. */
  constructor(taken: Iterable<string> = []) {
    this.#used = new Set(taken);
  }

  /** The name itself, one of the others, or with a number. */
  free(...wanted: readonly string[]): string {
    const first = wanted[0] ?? 'value';
    let name = wanted.find((candidate) => !this.#used.has(candidate));
    for (let number = 2; name === undefined; number += 1) name = this.#used.has(`${first}${number}`) ? undefined : `${first}${number}`;
    this.#used.add(name);
    return name;
  }
}
