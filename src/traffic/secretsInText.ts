/**
 * Finds secrets in a text by what they are called there, whatever the text is: JSON, fields of a form or of a URL, XML and HTML, multipart bodies, lines of
 * `name: value`, and texts within these that are one of these again. Whoever asks puts something else in their place: a recording a stand-in, a scenario
 * what the environment says.
 *
 * Nothing here looks far from where it begins: a text may be made so that it would never come to an end.
 */
import { hole } from './recording.ts';
import { isLabel, isLabelled, isPassword, isSecretName, isWholeSecret, keyPattern, nameWithin } from './secretNames.ts';
import { standInPattern } from './standIn.ts';

/** How a text is written at its place: as it is, in quotes as JSON has it, as digits, with `%` in a URL or form, with the entities of XML. */
export type Writing = 'plain' | 'json' | 'number' | 'uri' | 'xml';

/** What must not be seen; `value` as it is meant, however it is written. */
export type NamedSecret = { readonly name: string; readonly value: string; readonly writing: Writing };

/** A text taken apart: what may be seen as it stands there, secrets, and what is written with secrets within it. */
export type TextParts = readonly (string | NamedSecret | { readonly within: TextParts; readonly writing: Writing })[];

/** Of bodies that are one text. */
export const formType = 'application/x-www-form-urlencoded';

/** `name`: what the text is called, empty for what has none; `type`: its MIME type, empty where nobody said. */
export function secretsIn(text: string, name: string, type = ''): TextParts {
  if (text === '') return [];
  if (isSecretHere(name, text)) return [{ name, value: text, writing: 'plain' }];
  const parts = joined(inText(text, type, 0));
  const [only] = parts;
  return parts.length === 1 && typeof only === 'object' && 'value' in only && name !== '' ? [{ ...only, name }] : parts;
}

/** True for parts without a secret. */
export function isBare(parts: TextParts): boolean {
  return parts.every((part) => typeof part === 'string');
}

/** As it stands there. */
export function written(text: string, writing: Writing): string {
  switch (writing) {
    case 'plain':
    case 'number':
      return text;
    case 'json':
      return JSON.stringify(text);
    case 'uri':
      return encodeURIComponent(text.toWellFormed());
    case 'xml':
      return text.replace(/[&<>"]/gu, (letter) => `&${Object.keys(entities).find((name) => entities[name] === letter) ?? ''};`).replaceAll("'", '&#39;');
  }
}

type Part = TextParts[number];

/** Without one of these nothing in a text is a secret: most texts have none, and are done. */
const mayBeSecret = /auth|cookie|token|secret|session|pass(?:w|phrase|[^a-z]|$)|pwd|credential|signature|key|jwt|csrf|xsrf|pin|otp|@|redacted-|(?<![\w+/=.~%:-])[\w+/=.~%:-]{32}/iu;

type Rule = (text: string, depth: number) => TextParts;

/** Texts in texts in texts. */
const maxDepth = 5;

const wholeUrl = /^[a-z][a-z\d+.-]{0,20}:\/\/\S*$/iu;

/** Names and values stand beside one of these. */
const sign = /[=:<"]/u;

function inText(text: string, type: string, depth: number): TextParts {
  // Programs speak of passwords and tokens all the time, and have none.
  if (depth >= maxDepth || !sign.test(text) || !mayBeSecret.test(text) || /javascript|ecmascript|^text\/css$/u.test(type)) return inKeys(text);
  if (isMultipart(text, type)) return inMultipart(text, depth);
  if (looksLikeForm(text) || (type === formType && beginsAsForm(text))) return refined(inFields(text, depth), (rest) => refined(inJson(rest, depth), inKeys));
  const isPage = /html/u.test(type) || /^\s*<(?:!doctype html|html)\b/iu.test(text);
  const markup: Rule = (own) => inMarkup(own, isPage, depth);
  const first = isPage || /^\s*</u.test(text) ? [inWellKnown, markup, inJson] : [inJson, inWellKnown, markup];
  // `?password[]=…` of a URL is no list.
  const ofUrl = wholeUrl.test(text) ? [inParameters] : [];
  const rules: readonly Rule[] = [...ofUrl, ...first, inMembers, ...(text.includes('<') || isGraphql(text) ? [] : [inLines]), inParameters, inCredentials, inAssignments, inKeys];
  return rules.reduce((parts: TextParts, rule) => refined(parts, (own) => rule(own, depth)), [text]);
}

/** Applied to what stands there as it is. */
function refined(parts: TextParts, rule: (text: string) => TextParts): TextParts {
  return parts.flatMap((part) => (typeof part === 'string' ? rule(part) : [part]));
}

/** Null: it holds no secret. */
function secretPart(name: string, value: string, writing: Writing, depth: number): Part | null {
  if (value === '') return null;
  if (isSecretHere(name, value)) return { name, value, writing };
  const found = inText(value, '', depth + 1);
  // Most are, and there are many.
  const within = isBare(found) ? found : joined(found);
  if (isBare(within)) return null;
  const [only] = within;
  return within.length === 1 && typeof only === 'object' && 'value' in only ? { ...only, name: name === '' ? only.name : name, writing } : { within, writing };
}

/** What a recording leaves open is none. */
function isSecretHere(name: string, value: string): boolean {
  return !value.includes(hole.start) && isWholeSecret(name, value);
}

/** Of parts that are no more than a text put together again. */
function joined(parts: TextParts): TextParts {
  const all: Part[] = [];
  for (const part of parts.flatMap((own) => (typeof own === 'object' && 'within' in own && own.writing === 'plain' ? joined(own.within) : [own]))) {
    const last = all.at(-1);
    if (typeof part === 'string' && typeof last === 'string') all[all.length - 1] = last + part;
    else if (part !== '') all.push(part);
  }
  return all;
}

/** With something else for what a pattern finds; null: that stays. The pattern itself searches, not a copy as `matchAll` makes one: most texts are short, and there are many. */
function replaced(text: string, pattern: RegExp, partsOf: (found: RegExpExecArray) => TextParts | null): TextParts {
  const parts: Part[] = [];
  let from = 0;
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const end = pattern.lastIndex;
    const own = partsOf(found);
    // Texts within the text were searched meanwhile.
    pattern.lastIndex = end;
    if (own === null) continue;
    parts.push(text.slice(from, found.index), ...own);
    from = end;
  }
  return from === 0 ? [text] : [...parts, text.slice(from)];
}

function inWellKnown(text: string): TextParts {
  return replaced(text, keyPattern, asKey);
}

const keys = new RegExp(`${keyPattern.source}|${standInPattern.source}`, 'gu');

/** What is known by itself, without a name; stand-ins only where nothing has said yet how they are written. */
function inKeys(text: string): TextParts {
  return replaced(text, keys, asKey);
}

function asKey([value]: RegExpExecArray): TextParts {
  return [{ name: 'key', value, writing: 'plain' }];
}

/* JSON: a document, lines of documents, events that have some, what stands in a page. */

const jsonStart = /[{[](?=\s{0,100}["{[\]}])/gu;
const betweenValues = /[\s,:]+|true|false|null/uy;
const jsonNumber = /-?\d[\d.eE+-]*/uy;

/** What was looked through as JSON is looked at by nothing else. */
function inJson(text: string, depth: number): TextParts {
  const parts: Part[] = [];
  let from = 0;
  jsonStart.lastIndex = 0;
  for (let found = jsonStart.exec(text); found !== null; found = jsonStart.exec(text)) {
    const { within, end } = jsonValues(text, found.index, depth);
    jsonStart.lastIndex = end;
    // A bracket of something else.
    if (end === found.index + 1) continue;
    parts.push(text.slice(from, found.index), { within, writing: 'plain' });
    from = end;
  }
  return from === 0 ? [text] : [...parts, text.slice(from)];
}

/** `label`: what the object says that it is called, as in `{ "name": "password", "value": … }`. */
type Container = { readonly isObject: boolean; readonly name: string; label: string };

/** From a bracket to the one that closes it, or to where it is no JSON any more. */
function jsonValues(text: string, start: number, depth: number): { readonly within: TextParts; readonly end: number } {
  const parts: Part[] = [];
  const open: Container[] = [];
  let from = start;
  let at = start;
  /** Of the last name: what has no value of JSON is a member for another rule. */
  let memberAt: number | null = null;
  let [own, name] = ['', ''];
  const add = (part: Part | null, valueStart: number, end: number): void => {
    if (part === null) return;
    for (const before of inKeys(text.slice(from, valueStart))) parts.push(before);
    parts.push(part);
    from = end;
  };
  while (at < text.length) {
    const letter = text[at] ?? '';
    const top = open.at(-1);
    if (letter === '"') {
      const end = stringEnd(text, at);
      if (end === null) {
        at = Math.max(from, memberAt ?? at);
        break;
      }
      const value = stringValue(text.slice(at, end));
      if (top?.isObject === true && isBeforeColon(text, end)) {
        own = value;
        memberAt = at;
        name = nameWithin(value, top.name, top.label);
      } else {
        const isMember = top?.isObject === true;
        if (isMember && isLabel(own) && !isSecretName(top.label)) top.label = value;
        const label = isMember && isLabelled(own) && !isSecretName(name) ? secretLabelBehind(text, end) : null;
        add(secretPart(label ?? name, value, 'json', depth), at, end);
      }
      at = end;
    } else if (letter === '{' || letter === '[') {
      open.push({ isObject: letter === '{', name, label: '' });
      at += 1;
    } else if (letter === '}' || letter === ']') {
      name = open.pop()?.name ?? '';
      at += 1;
      if (open.length === 0) break;
    } else {
      const number = tokenAt(jsonNumber, text, at);
      const end = at + (number ?? tokenAt(betweenValues, text, at) ?? '').length;
      if (end === at) break;
      // One within an object of that name is about it: the length that a password must have.
      if (number !== null && (isPassword(own) || top?.isObject === false) && isPassword(name)) add({ name, value: number, writing: 'number' }, at, end);
      at = end;
    }
  }
  const end = Math.max(at, start + 1);
  return { within: [...parts, ...inKeys(text.slice(from, end))], end };
}

function tokenAt(token: RegExp, text: string, at: number): string | null {
  token.lastIndex = at;
  return token.exec(text)?.[0] ?? null;
}

const memberBehind = /\s*,\s*"([^"\\\n]{1,100})"\s*:\s*(?:("(?:[^"\\\n]|\\.){0,300}")|[\w.+-]{1,30})/uy;
const maxMembersBehind = 5;

/** A name of a secret that the object gives to a value only behind it; null: none of the next ones does. */
function secretLabelBehind(text: string, start: number): string | null {
  memberBehind.lastIndex = start;
  for (let count = 0; count < maxMembersBehind; count += 1) {
    const [, name = '', quoted = ''] = memberBehind.exec(text) ?? [];
    if (name === '') return null;
    const label = isLabel(name) ? stringValue(quoted) : '';
    if (isSecretName(label)) return label;
  }
  return null;
}

/** Behind its closing quote, or where the text ends; null: a line ends before, so that it is something else. */
function stringEnd(text: string, start: number): number | null {
  const end = quoteEnd(text, start);
  return /[\0-\u001f]/u.test(text.slice(start, end)) ? null : end;
}

function quoteEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** Of one in quotes, of which the last may be missing. */
function stringValue(quoted: string): string {
  const inner = quoted.length > 1 && quoted.endsWith('"') ? quoted.slice(1, -1) : quoted.slice(1);
  return inner.includes('\\') ? (unquoted(`"${inner}"`) ?? inner) : inner;
}

function unquoted(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return null;
  }
}

function isBeforeColon(text: string, at: number): boolean {
  let next = at;
  while (/\s/u.test(text[next] ?? '')) next += 1;
  return text[next] === ':';
}

const member = /("([^"\\\n]{1,100})"\s*:\s*)(?:("(?:[^"\\]|\\.){0,5000}")|(-?\d[\d.eE+-]*))/gu;

/** Of JSON without its beginning, and in pages. */
function inMembers(text: string, depth: number): TextParts {
  return replaced(text, member, ([, before = '', name = '', quoted, number]) => {
    if (number !== undefined) return isPassword(name) ? [before, { name, value: number, writing: 'number' }] : null;
    const part = secretPart(name, stringValue(quoted ?? ''), 'json', depth);
    return part === null ? null : [before, part];
  });
}

/* Forms, queries, fragments. */

/** `a=1&b=2` and nothing else. */
function looksLikeForm(text: string): boolean {
  return /^[^\s=&?#;<>{}"'/:]{1,200}=/u.test(text) && !/\s/u.test(text.trimEnd());
}

/** What says of itself that it is a form may be anything: it is what curl says of all that it sends. */
function beginsAsForm(text: string): boolean {
  return /^[^\s=<{"]{1,200}=/u.test(text) && !/[\r\n]/u.test(text.trimEnd());
}

const field = /((?:^|&)([^=&]{1,200})=)([^&]*)/gu;

function inFields(text: string, depth: number): TextParts {
  return replaced(text, field, (found) => fieldParts(found, depth));
}

/** Not of prose: what stands behind `;` there is mostly code. */
const parameter = /((?:^|[?&#](?:amp;)?)([^=&;?#\s"'<>\\]{1,200})=)([^&;#\s"'<>\\]*)/gu;
/** Of a path too: `;jsessionid=…`. */
const urlParameter = /((?:^|[?&#;])([^=&;?#\s"'<>\\]{1,200})=)([^&;?#\s"'<>\\]*)/gu;

function inParameters(text: string, depth: number): TextParts {
  return replaced(text, /[\s<]/u.test(text) ? parameter : urlParameter, (found) => fieldParts(found, depth));
}

function fieldParts([, before = '', name = '', value = '']: RegExpExecArray, depth: number): TextParts | null {
  const part = secretPart(decoded(name), decoded(value), 'uri', depth);
  return part === null ? null : [before, part];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** `https://user:password@host`. */
const credentials = /(\/\/)((?<=[a-z]:\/\/)[^\s/?#@"'<>\\]{1,1000}|[^\s/?#@"'<>\\:]{1,500}:[^\s/?#@"'<>\\]{1,500})(?=@)/giu;

function inCredentials(text: string): TextParts {
  return replaced(text, credentials, ([, before = '', value = '']) => (value.includes(hole.start) ? null : [before, { name: 'credentials', value, writing: 'plain' }]));
}

/* XML, pages. */

const markupTag = /<(\/?)([\w:.-]{1,100})((?:\s[^<>]{0,20000})?)>/gu;
const attributePattern = /(\s([\w:.@-]{1,100})\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gu;
/** Open ones that are looked through for each that closes something; nothing sensible is deeper. */
const maxElements = 50;

function inMarkup(text: string, isPage: boolean, depth: number): TextParts {
  if (!text.includes('<')) return [text];
  const parts: Part[] = [];
  const open: { readonly name: string; readonly password: string }[] = [];
  let from = 0;
  let lookedTo = 0;
  let label = '';
  for (const { 0: whole, 1: slash, 2: name = '', 3: attributes = '', index } of text.matchAll(markupTag)) {
    // What is within CDATA has tags of its own.
    if (index < lookedTo) continue;
    if (slash === '/') {
      const at = open.findLastIndex((element) => element.name === name);
      if (at >= 0) open.length = at;
      continue;
    }
    const end = index + whole.length;
    const own = mayBeSecret.test(attributes) ? attributesOf(attributes) : noAttributes;
    const shown = own === noAttributes ? null : inAttributes(attributes, own, depth);
    if (shown !== null) {
      parts.push(text.slice(from, index), `<${name}`, ...shown, '>');
      from = end;
    }
    // What is in a page's elements is for everybody to read.
    if (isPage || attributes.endsWith('/')) continue;
    const named = nameWithin(own.name ?? name, open.at(-1)?.password ?? '', label);
    if (open.length < maxElements) open.push({ name, password: isPassword(named) ? named : '' });
    const content = contentAt(text, end);
    if (content === null) continue;
    const { before, value, writing } = content;
    lookedTo = end + content.length;
    const part = secretPart(named, value, writing, depth);
    label = isLabel(name) ? value.trim() : '';
    if (part === null) continue;
    parts.push(text.slice(from, end), before, part);
    from = lookedTo;
  }
  return from === 0 ? [text] : [...parts, text.slice(from)];
}

const cdata = '<![CDATA[';
const cdataEnd = ']]>';
const maxContent = 5000;

/** What stands alone between a tag and the next one, which closes something; `length`: up to its end. */
function contentAt(text: string, start: number): { readonly before: string; readonly value: string; readonly writing: Writing; readonly length: number } | null {
  if (text.startsWith(cdata, start)) {
    const length = text.slice(start + cdata.length, start + cdata.length + maxContent).indexOf(cdataEnd);
    return length <= 0 ? null : { before: cdata, value: text.slice(start + cdata.length, start + cdata.length + length), writing: 'plain', length: cdata.length + length };
  }
  const end = text.indexOf('<', start);
  if (end <= start || text[end + 1] !== '/' || end - start > maxContent) return null;
  return { before: '', value: unescaped(text.slice(start, end)), writing: 'xml', length: end - start };
}

/** `name`: what the element says that it is called. */
type OwnAttributes = { readonly name: string | null; readonly isTyped: boolean };

const noAttributes: OwnAttributes = { name: null, isTyped: false };

function attributesOf(attributes: string): OwnAttributes {
  let name: string | null = null;
  let isTyped = false;
  for (const { 2: own = '', 3: doubly, 4: singly, 5: bare } of attributes.matchAll(attributePattern)) {
    const value = doubly ?? singly ?? bare ?? '';
    if (name === null && /^(?:name|property|key)$/iu.test(own)) name = value;
    if (/^type$/iu.test(own) && /^password$/iu.test(value)) isTyped = true;
  }
  return { name, isTyped };
}

/** Null: without a secret. */
function inAttributes(attributes: string, { name, isTyped }: OwnAttributes, depth: number): TextParts | null {
  const parts = replaced(attributes, attributePattern, ([, before = '', own = '', doubly, singly, bare]) => {
    const value = unescaped(doubly ?? singly ?? bare ?? '');
    const isValue = /^(?:value|content)$/iu.test(own);
    const part = value !== '' && isValue && isTyped ? ({ name: name ?? 'password', value, writing: 'xml' } as const) : secretPart(isValue ? (name ?? own) : own, value, 'xml', depth);
    if (part === null) return null;
    const quote = singly === undefined ? '"' : "'";
    return [before + quote, part, quote];
  });
  return isBare(parts) ? null : parts;
}

function unescaped(markup: string): string {
  if (!markup.includes('&')) return markup;
  return markup.replace(/&(amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});/giu, (whole, entity: string) => {
    const code = Number(entity.replace(/^#x/iu, '0x').replace(/^#/u, ''));
    return entities[entity.toLowerCase()] ?? (code <= 0x10ffff ? String.fromCodePoint(code) : whole);
  });
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/* Scripts, GraphQL, settings. */

/** `csrfToken: 'x'`, `login(password: "x")`. */
const assignment = /(?<![\w$-])(([\w$-]{1,60})\s*[:=]\s*)(?:("(?:[^"\\\n]|\\.){1,2000}")|'((?:[^'\\\n]|\\.){1,2000})'|`((?:[^`\\\n]|\\.){1,2000})`)/gu;

function inAssignments(text: string, depth: number): TextParts {
  return replaced(text, assignment, ([, before = '', name = '', doubly, singly, ticked]) => {
    if (doubly !== undefined) {
      const part = secretPart(name, stringValue(doubly), 'json', depth);
      return part === null ? null : [before, part];
    }
    const part = secretPart(name, singly ?? ticked ?? '', 'plain', depth);
    const quote = singly === undefined ? '`' : "'";
    return part === null ? null : [before + quote, part, quote];
  });
}

/** A document, or a schema. Texts in it have quotes: what has none is a variable, a type, a field. */
function isGraphql(text: string): boolean {
  return text.includes('{') && /^(?:\s|#[^\n]*\n|"""[^"]*""")*(?:query|mutation|subscription|fragment|type|input|interface|union|enum|scalar|directive|schema|extend)\b(?!\s*[:=])/u.test(text);
}

/** A line for each: forms as `text/plain`, YAML, headers. */
const line = /^([ \t]*([\w.[\]-]{1,60})[ \t]*[:=][ \t]*)(\S[^\r\n]{0,2000})$/gmu;
/** Quotes and URLs have rules of their own. */
const noLine = /^["'`]|^\/\//u;
const severalFields = /&[^\s=&]{1,200}=/u;

/** Passwords may be of several words. */
function inLines(text: string, depth: number): TextParts {
  return replaced(text, line, ([whole, before = '', name = '', rest = '']) => {
    if (before.trimEnd().endsWith('=') && severalFields.test(rest)) {
      const parts = inFields(whole, depth);
      return isBare(parts) ? null : parts;
    }
    const value = rest.trimEnd();
    if (noLine.test(value) || !/\w/u.test(value) || (/\s/u.test(value) && !isPassword(name))) return null;
    const part = secretPart(name, value, 'plain', depth);
    return part === null ? null : [before, part, rest.slice(value.length)];
  });
}

/* Multipart bodies. */

/** YAML begins with dashes too, and keys do. */
function isMultipart(text: string, type: string): boolean {
  return text.startsWith('--') && (/^multipart\//iu.test(type) || /^--[^\r\n]{1,200}\r?\ncontent-[a-z-]{1,100}:/iu.test(text));
}

const partHead = /^\r?\n(?:[^\r\n]{1,2000}\r?\n){1,20}\r?\n/u;

/** Its files may be of bytes, in which nothing has a name. */
function inMultipart(text: string, depth: number): TextParts {
  const boundary = /^[^\r\n]+/u.exec(text)?.[0] ?? '';
  const parts = text.split(boundary).flatMap((own, index): TextParts => [...(index === 0 ? [] : [boundary]), ...inBodyPart(own, depth)]);
  return [{ within: parts, writing: 'plain' }];
}

function inBodyPart(own: string, depth: number): TextParts {
  const head = partHead.exec(own)?.[0] ?? '';
  const content = own.slice(head.length).replace(/\r?\n$/u, '');
  const name = /[;\s]name="?([^"\r\n]{1,200})"?/iu.exec(head)?.[1] ?? '';
  if (/[\0-\u0008]/u.test(content)) return [own];
  const part = head === '' ? null : secretPart(name, content, 'plain', depth);
  return part === null ? inKeys(own) : [head, part, own.slice(head.length + content.length)];
}
