/**
 * The one place that takes secrets out of what leaves the process: logs, the master's tabs, reports, files, the terminal.
 *
 * Left alone are the names of requests (a row of the statistics is what its scenario called it, and equal to Locust's) and what a
 * scenario prints itself; URLs of requests may not carry credentials.
 */
import { harmlessLog } from './harmless.ts';

const secretName =
  /auth(?!or(?!i[sz]))|cookie|token|secret|session|passw|passphrase|(?:^|[^a-z]|user|login)pass(?:$|[^a-z])|^pwd$|credential|signature|api.?key|private.?key|access.?key|^key$|-key$|_key$|jwt|csrf|xsrf|\bpin\b|(?:^|[^a-z])otp(?:$|[^a-z])/iu;

/** Stands where a secret was. */
export const redacted = '[redacted]';

/** A header, cookie, field or parameter whose value is nobody's business. */
export function isSecret(name: string): boolean {
  return secretName.test(name);
}

/** `http://user:password@host`, of any scheme; the last `@` before the path, as a password may have one. */
const credentials = /(?<!\/)\/\/(?!\/)[^\s/?#"'<>\\]{1,1000}@/gu;
const parameter = /([?&;#])([^=&;#?\s"'<>]{1,200})=([^&;#\s"'<>]*)/gu;

/** The URL, or a text with URLs in it, without credentials before the host and without the values of secret parameters. */
export function redactUrl(text: string): string {
  // Most names and paths have neither.
  if (!text.includes('@') && !text.includes('=')) return text;
  return text.replace(credentials, `//${redacted}@`).replace(parameter, (whole, separator: string, name: string) => (isSecret(name) ? `${separator}${name}=${redacted}` : whole));
}

/** Schemes of `authorization`, wherever they stand. */
const bearer = /\b(Bearer|Basic|Digest|Negotiate)\s+[\w.~+/=-]{6,}/gu;
/** A header on a line of its own, perhaps marked as one of a request or an answer; `AuthError: …` is none. */
const headerLine = /^([<>]?[ \t]*)((?:[\w-]{1,40}-[\w-]{1,40})|authorization|cookie):[ \t].+$/gimu;
/** A member of JSON or of an object as Node prints it, or a field of a form: the value comes next. */
const member = /(?:"([^"\\\n]{1,80})"|'([^'\\\n]{1,80})'|(?<![\w.%[\]-])([\w.%[\]-]{1,80}))[ \t]*([:=])\s*/gu;

/** Any text: the same of all URLs in it, members of JSON with all that is in them, fields of forms, headers; also of values that the text cuts off. */
export function redactText(text: string): string {
  if (!/[:=@]|Bearer|Basic|Digest|Negotiate/u.test(text)) return text;
  const shown = redactUrl(text)
    .replace(bearer, `$1 ${redacted}`)
    .replace(headerLine, (whole, mark: string, name: string) => (isSecret(name) ? `${mark}${name}: ${redacted}` : whole));
  return withoutSecretMembers(shown);
}

/** The same, and without what would order a terminal or a CI about: text of several lines that may leave the process. */
export function shownText(text: string): string {
  return harmlessLog(redactText(text));
}

/** Plain data: the same in each text of it, and no value of a member whose name is that of a secret. */
export function redactData(data: unknown): unknown {
  if (typeof data === 'string') return redactText(data);
  if (Array.isArray(data)) return data.map(redactData);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, isSecret(name) && value !== null ? redacted : redactData(value)]));
}

function withoutSecretMembers(text: string): string {
  let shown = '';
  let from = 0;
  member.lastIndex = 0;
  for (let found = member.exec(text); found !== null; found = member.exec(text)) {
    const [whole, doubly, singly, bare = '', sign] = found;
    const name = doubly ?? singly ?? bare;
    const at = found.index + whole.length;
    if (!isSecret(name)) continue;
    const end = valueEnd(text, at, sign === '=', doubly !== undefined || singly !== undefined);
    if (end === at || text.startsWith(redacted, at)) continue;
    shown += text.slice(from, at) + (doubly === undefined ? redacted : `"${redacted}"`);
    from = end;
    member.lastIndex = end;
  }
  return shown + text.slice(from);
}

/** Where the value at `at` ends, which is the end of a text that cuts it off; `at` when it is none: prose goes on after a colon. */
function valueEnd(text: string, at: number, isField: boolean, isQuotedName: boolean): number {
  const first = text[at] ?? '';
  if (first === '"' || first === "'") return stringEnd(text, at);
  if (first === '{' || first === '[') return listEnd(text, at);
  if (!isField && !isQuotedName) return at;
  const ends = isField ? /[&;,\s)\]}"'<>]/gu : /[\s,}\]]/gu;
  ends.lastIndex = at;
  return ends.exec(text)?.index ?? text.length;
}

function stringEnd(text: string, at: number): number {
  const quote = text[at];
  for (let index = at + 1; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === quote) return index + 1;
  }
  return text.length;
}

function listEnd(text: string, at: number): number {
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    const character = text[index] ?? '';
    if (character === '"' || character === "'") index = stringEnd(text, index) - 1;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return index + 1;
  }
  return text.length;
}
