/** What an answer brought: each value with the code that takes it from there again. */
import { isMap } from '../../util/typeGuards.ts';
import { cookieAttribute, deletesCookie, headerOf, type Exchange, type RecordedAnswer } from '../recording.ts';
import { isIdentifier } from '../rowNames.ts';
import { finalAnswer, type Visit } from '../selection.ts';
import { memberAccess, quoted, typeMember } from '../writer/code.ts';
import { fieldsIn, textBetween, type Helper } from '../writer/helpers.ts';

/** A value, and where it stood. */
export type Source = {
  /** The same in another answer to the same request: `json .items[0].id`, `field csrf`. */
  readonly location: string;
  /** What it is called there, most telling first. */
  readonly names: readonly string[];
  readonly value: string;
  readonly isNumber: boolean;
  /** Of two that are as good otherwise the lower one is taken. */
  readonly rank: number;
  /** `answer`: the variable that holds the answer. */
  readonly code: (answer: string) => string;
  readonly helpers: readonly Helper[];
  /** True: it needs no answer and can be taken whenever it is needed, until another answer brings another value for it. */
  readonly isStanding: boolean;
};

const maxDepth = 40;
const maxLeaves = 50_000;

/** The values of an answer that have a place of their own, of which those are returned that somebody asks for, and all cookies, each of which takes the place of the one before it. `host`: the origin that is the client's own. */
export function sourcesOf(visit: Visit, host: string | null, isWanted: (value: string) => boolean): readonly Source[] {
  const final = finalAnswer(visit);
  const others = [...[visit, ...visit.redirects].flatMap((exchange) => cookieSources(exchange, host)), ...urlSources(visit), ...(final === null ? [] : [...headerSources(final), ...fieldSources(final)])];
  return [...others.filter(({ value, isStanding }) => isStanding || isWanted(value)), ...(final === null ? [] : jsonSources(final, isWanted))];
}

const fallback = (what: string): string => ` ?? missing(${quoted(what)})`;

/** Most of an answer nobody sends again, and lists are long: nothing is made of it. */
function jsonSources({ text, type }: RecordedAnswer, isWanted: (value: string) => boolean): readonly Source[] {
  if (text === null || !/^\s*[{[]/u.test(text) || /html|xml/u.test(type ?? '')) return [];
  const json = parsed(text);
  const found: Source[] = [];
  const path: (string | number)[] = [];
  const visit = (key: string | number, value: unknown): void => {
    if (found.length >= maxLeaves || path.length > maxDepth) return;
    path.push(key);
    search(value);
    path.pop();
  };
  const search = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach((element, index) => visit(index, element));
    else if (isMap(value)) for (const [name, member] of Object.entries(value)) visit(name, member);
    else if (((typeof value === 'string' && value !== '') || typeof value === 'number') && isWanted(String(value))) found.push(jsonSource(value, [...path]));
  };
  search(json);
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function jsonSource(value: string | number, path: readonly (string | number)[]): Source {
  const names = path.filter((key) => typeof key === 'string').toReversed();
  const [key = 'value', parent] = names;
  const shown = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('').replace(/^\./u, '');
  return {
    location: `json ${shown}`,
    names: [key, ...(parent === undefined ? [] : [`${singular(parent)}_${key}`])],
    value: String(value),
    isNumber: typeof value === 'number',
    rank: 0,
    code: (answer) => `${answer}.json<${typeAlong(path, typeof value)}>()${accessAlong(path)}${fallback(shown)}`,
    helpers: ['missing'],
    isStanding: false,
  };
}

/** `item` of `items`. */
export function singular(noun: string): string {
  return noun.replace(/ies$/u, 'y').replace(/(?<=[^s])s$/u, '');
}

function typeAlong(path: readonly (string | number)[], leaf: string): string {
  return path.reduceRight<string>((type, key) => (typeof key === 'number' ? `${type}[]` : `{ ${typeMember(key)}: ${type} }`), leaf);
}

/** Behind an element that may not be there. */
function accessAlong(path: readonly (string | number)[]): string {
  let isOptional = false;
  return path
    .map((key) => {
      const access = typeof key === 'number' ? `${isOptional ? '?.' : ''}[${key}]` : memberAccess(key, isOptional);
      isOptional ||= typeof key === 'number';
      return access;
    })
    .join('');
}

function fieldSources({ text, type }: RecordedAnswer): readonly Source[] {
  if (text === null || !/html/u.test(type ?? 'html') || !text.includes('<')) return [];
  return fieldsIn(text).map(([name, value]) => ({ location: `field ${name}`, names: [name], value, isNumber: false, rank: 1, code: (answer) => `field(${answer}.text(), ${quoted(name)})`, helpers: ['field', 'missing'], isStanding: false }));
}

/** Of the connection, of caches, of the server: nobody sends them back. */
const plainHeaders = /^(?:accept-ranges|access-control-.*|age|allow|alt-svc|cache-control|connection|content-.*|cross-origin-.*|date|expires|feature-policy|keep-alive|last-modified|location|nel|p3p|permissions-policy|pragma|referrer-policy|report-to|server|server-timing|set-cookie|strict-transport-security|transfer-encoding|vary|via|x-cache.*|x-content-type-options|x-frame-options|x-powered-by|x-xss-protection)$/u;

function headerSources({ headers }: RecordedAnswer): readonly Source[] {
  return headers.flatMap(([written, value]) => {
    const name = written.toLowerCase();
    if (plainHeaders.test(name) || value === '') return [];
    return [{ location: `header ${name}`, names: [name, name.replace(/^x-/u, '')], value, isNumber: false, rank: 2, code: (answer: string) => `${answer}.headers.get(${quoted(name)})${fallback(`header ${name}`)}`, helpers: ['missing'] as const, isStanding: false }];
  });
}

/** Of the cookies that the client keeps: one that ends at once, or is of a site that may not set it, is no source. */
function cookieSources({ request, answer, startedMs }: Exchange, host: string | null): readonly Source[] {
  const lines = (answer?.headers ?? []).flatMap(([name, value]) => (name.toLowerCase() === 'set-cookie' ? value.split('\n') : []));
  const { origin, hostname, pathname } = new URL(request.url);
  return lines.flatMap((line) => {
    const [, name = '', value = ''] = /^\s*([^=;]+)=([^;]*)/u.exec(line) ?? [];
    const domain = cookieAttribute(line, 'domain')?.replace(/^\./u, '').toLowerCase() ?? '';
    const isOfSite = domain === '' || hostname === domain || hostname.endsWith(`.${domain}`);
    if (value === '' || !isOfSite || deletesCookie(line, startedMs)) return [];
    const own = cookieAttribute(line, 'path');
    const path = own?.startsWith('/') === true ? own : pathname.slice(0, Math.max(1, pathname.lastIndexOf('/')));
    const where = origin === host && path === '/' ? '' : `, ${quoted(`${origin}${path}`)}`;
    const code = `this.client.cookies.get(${quoted(name)}${where})${fallback(`cookie ${name}`)}`;
    const source: Source = { location: `cookie ${name}${where}`, names: [name], value, isNumber: false, rank: 3, code: () => code, helpers: ['missing'], isStanding: true };
    const plain = decoded(value);
    return plain === value ? [source] : [source, { ...source, location: `decoded ${source.location}`, value: plain, code: () => `decodeURIComponent(${code})` }];
  });
}

/** Where redirects led in the end: the code of a log-in, the number of an order. */
function urlSources({ redirects, notFollowed, answer, request }: Visit): readonly Source[] {
  const location = answer === null ? null : headerOf(answer.headers, 'location');
  const target = notFollowed === null ? redirects.at(-1)?.request.url : location !== null && URL.canParse(location, request.url) ? new URL(location, request.url).href : undefined;
  if (target === undefined) return [];
  const { searchParams, pathname } = new URL(target);
  const url = (variable: string): string => (notFollowed === null ? `new URL(${variable}.url)` : `new URL(${variable}.headers.get('location') ?? '', ${variable}.url)`);
  const common = { isNumber: false, rank: 2, helpers: ['missing'] as const, isStanding: false };
  return [
    ...[...searchParams].filter(([, value]) => value !== '').map(([name, value]) => ({ ...common, location: `parameter ${name}`, names: [name], value, code: (variable: string) => `${url(variable)}.searchParams.get(${quoted(name)})${fallback(`parameter ${name}`)}` })),
    ...pathname.split('/').flatMap((value, index, all) => (!isIdentifier(value) ? [] : [{ ...common, location: `segment ${index}`, names: ['id', `${singular(all[index - 1] ?? '')}_id`], value, code: (variable: string) => `${url(variable)}.pathname.split('/')[${index}]${fallback(`segment ${index} of the path`)}` }])),
  ];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A value that has no place of its own, by what stands around it; null when that does not find it again. */
export function cutSource(visit: Visit, value: string, key: string): Source | null {
  const text = finalAnswer(visit)?.text ?? null;
  const at = text?.indexOf(value) ?? -1;
  if (text === null || at < 1) return null;
  const right = (text.codePointAt(at + value.length) ?? -1) < 0 ? '' : String.fromCodePoint(text.codePointAt(at + value.length) ?? 0);
  if (/[\w-]/u.test(right) || /[\w-]/u.test(text.charAt(at - 1))) return null;
  const before = text.slice(Math.max(0, at - 60), at).replace(/^.*[\r\n]/su, '');
  const word = /([a-z]\w+)\W*$/iu.exec(before)?.[1] ?? key;
  for (let length = 4; length <= before.length; length += 1) {
    const left = before.slice(-length);
    // No half words, and no half letters.
    if ((/^\w/u.test(left) && /\w/u.test(before.at(-length - 1) ?? '')) || !left.isWellFormed()) continue;
    if (textBetween(text, left, right) === value) {
      return { location: `cut ${left}|${right}`, names: [word], value, isNumber: false, rank: 4, code: (answer) => `cut(${answer}.text(), ${quoted(left)}, ${quoted(right)})`, helpers: ['cut', 'missing'], isStanding: false };
    }
  }
  return null;
}
