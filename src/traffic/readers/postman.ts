/**
 * Postman's collections (2.0 and 2.1) with their environments. What a variable stands for is put in, unless it is a secret or set by a script while
 * the collection runs: then it stays open, and what a script takes from an answer is that answer's.
 */
import { basename } from 'node:path';
import { counted } from '../../util/counted.ts';
import { isMap, type Fields } from '../../util/typeGuards.ts';
import { exchangeOf, headerOf, holeFor, urlFrom, type Exchange, type Pair, type RecordedAnswer, type RecordedBody, type Recording } from '../recording.ts';
import { isSecretValue } from '../secretNames.ts';
import { elementsOf, fieldsOf, textOf } from './structuredText.ts';

/** True for a collection. */
export function isPostman(json: unknown): boolean {
  const { info, item } = fieldsOf(json);
  return Array.isArray(item) && (/getpostman\.com|postman/u.test(textOf(fieldsOf(info)['schema']) ?? '') || isMap(info));
}

/** True for an environment, or for Postman's globals. */
export function isEnvironment(json: unknown): boolean {
  const { values, item } = fieldsOf(json);
  return Array.isArray(values) && item === undefined && values.every((value) => isMap(value) && 'key' in value);
}

/** Names and values that may stand in a file. */
export function environmentValues(json: unknown): readonly Pair[] {
  return variablesIn(fieldsOf(json)['values']);
}

function variablesIn(list: unknown): readonly Pair[] {
  return elementsOf(list).map(fieldsOf).flatMap(({ key, id, value, type, enabled, disabled }): readonly Pair[] => {
    const [name, text] = [textOf(key) ?? textOf(id) ?? '', textOf(value) ?? ''];
    return name === '' || text === '' || enabled === false || disabled === true || type === 'secret' || isSecretValue(name, text) ? [] : [[name, text]];
  });
}

type Folder = { readonly path: string; readonly title: string | null; readonly auth: unknown };
type Reading = { readonly fill: (text: string) => string; readonly exchanges: Exchange[]; readonly unknownAuth: string[]; passed: number; tooDeep: number };

const maxDepth = 50;

/** `environment`: what files beside it say of its variables. */
export function readPostman(json: unknown, source: string, environment: readonly Pair[]): Recording {
  const { item, auth, variable } = fieldsOf(json);
  const values = new Map([...variablesIn(variable), ...environment]);
  for (const name of namesSetIn(item, 0)) values.delete(name);
  const reading: Reading = { fill: (text) => filled(text, values, 0), exchanges: [], unknownAuth: [], passed: 0, tooDeep: 0 };
  readItems(item, { path: '', title: null, auth }, reading, 0);
  const { passed, tooDeep, unknownAuth } = reading;
  const remarks = [...(passed === 0 ? [] : [`${passed} of the collection without a URL`]), ...(tooDeep === 0 ? [] : [`${counted(tooDeep, 'folder')} more than ${maxDepth} deep`]), ...(unknownAuth.length === 0 ? [] : [`credentials of ${counted(unknownAuth.length, 'request')} by ${[...new Set(unknownAuth)].join(', ')}, which the scenario has to make by itself`])];
  return { source, kind: 'Postman collection', isWalk: true, isChosen: true, exchanges: reading.exchanges, walks: [], description: null, remarks };
}

/** `{{name}}`, which may stand for a text with others. */
function filled(text: string, values: ReadonlyMap<string, string>, depth: number): string {
  return text.replace(/\{\{\s*([^{}\s]+)\s*\}\}/gu, (_, name: string) => {
    const value = values.get(name);
    return value === undefined || depth > 5 ? holeFor(name) : filled(value, values, depth + 1);
  });
}

function readItems(items: unknown, folder: Folder, reading: Reading, depth: number): void {
  if (depth > maxDepth) {
    reading.tooDeep += 1;
    return;
  }
  for (const item of elementsOf(items).map(fieldsOf)) {
    const title = textOf(item['name']);
    if (Array.isArray(item['item'])) readItems(item['item'], { path: `${folder.path}/${title ?? ''}`, title: folder.title === null ? title : `${folder.title}: ${title ?? ''}`, auth: item['auth'] ?? folder.auth }, reading, depth + 1);
    else readItem(item, folder, title, reading);
  }
}

function readItem(item: Fields, folder: Folder, title: string | null, reading: Reading): void {
  const { fill, exchanges } = reading;
  const request = typeof item['request'] === 'string' ? { url: item['request'] } : fieldsOf(item['request']);
  const auth = credentials(request['auth'] ?? folder.auth, fill);
  const url = urlFrom(fill(urlText(request['url'], auth.query)));
  if (url === null) {
    reading.passed += 1;
    return;
  }
  if (auth.unknown !== null) reading.unknownAuth.push(auth.unknown);
  const own = elementsOf(request['header']).map(fieldsOf).flatMap(({ key, value, disabled }): readonly Pair[] => (typeof key === 'string' && key.trim() !== '' && disabled !== true ? [[fill(key.trim()), fill(textOf(value) ?? '')]] : []));
  const body = bodyOf(fieldsOf(request['body']), fill);
  const headers = [...own, ...auth.headers.filter(([name]) => headerOf(own, name.toLowerCase()) === null), ...(body.type === null || headerOf(own, 'content-type') !== null ? [] : [['content-type', body.type] as const])];
  exchanges.push(exchangeOf(`request ${exchanges.length + 1}`, { method: (textOf(request['method']) ?? 'GET').toUpperCase(), url, headers, body: body.body }, {
    answer: scriptedAnswer(item['event']),
    group: folder.path === '' ? `/${exchanges.length}` : folder.path,
    title: folder.title ?? title,
    names: { row: null, task: folder.title ?? title },
  }));
}

function urlText(url: unknown, added: readonly Pair[]): string {
  const { raw, protocol, host, port, path, query, variable } = fieldsOf(url);
  const joined = (value: unknown, separator: string): string => (Array.isArray(value) ? value.map((part) => textOf(part) ?? textOf(fieldsOf(part)['value']) ?? '').join(separator) : (textOf(value) ?? ''));
  const listed = elementsOf(query).map(fieldsOf).filter(({ disabled, key }) => disabled !== true && typeof key === 'string').map(({ key, value }) => `${textOf(key) ?? ''}=${textOf(value) ?? ''}`);
  const written = typeof url === 'string' ? url : (textOf(raw) ?? `${protocol === undefined ? '' : `${textOf(protocol) ?? 'http'}://`}${joined(host, '.')}${port === undefined ? '' : `:${textOf(port) ?? ''}`}/${joined(path, '/')}${listed.length === 0 ? '' : `?${listed.join('&')}`}`);
  const params = new Map(elementsOf(variable).map(fieldsOf).map(({ key, id, value }) => [textOf(key) ?? textOf(id) ?? '', textOf(value) ?? '']));
  const named = written.replace(/(?<=\/):([\w-]+)(?=[/?#]|$)/gu, (_, name: string) => {
    const value = params.get(name) ?? '';
    return value === '' ? holeFor(name) : value;
  });
  return added.length === 0 ? named : `${named}${named.includes('?') ? '&' : '?'}${added.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

/** `unknown`: a scheme that nobody can write down, such as `digest`, which answers to what the server says. */
type Credentials = { readonly headers: readonly Pair[]; readonly query: readonly Pair[]; readonly unknown: string | null };

function credentials(auth: unknown, fill: (text: string) => string): Credentials {
  const { type, ...schemes } = fieldsOf(auth);
  const scheme = schemes[textOf(type) ?? ''];
  // A list of keys and values since 2.1, an object before.
  const settings = Array.isArray(scheme) ? Object.fromEntries(scheme.map(fieldsOf).map(({ key, value }) => [textOf(key) ?? '', value])) : fieldsOf(scheme);
  const setting = (name: string): string => fill(textOf(settings[name]) ?? '');
  switch (type) {
    case 'bearer':
      return { headers: [['authorization', `Bearer ${setting('token') === '' ? holeFor('token') : setting('token')}`]], query: [], unknown: null };
    case 'basic': {
      const pair = `${setting('username')}:${setting('password')}`;
      return { headers: [['authorization', `Basic ${/[\uE0F0]|^:$/u.test(pair) ? holeFor('basicCredentials') : Buffer.from(pair).toString('base64')}`]], query: [], unknown: null };
    }
    case 'oauth2':
      return { headers: [['authorization', `Bearer ${holeFor('accessToken')}`]], query: [], unknown: null };
    case 'apikey': {
      const pair = [setting('key') === '' ? 'api_key' : setting('key'), setting('value') === '' ? holeFor('apiKey') : setting('value')] as const;
      return setting('in') === 'query' ? { headers: [], query: [pair], unknown: null } : { headers: [pair], query: [], unknown: null };
    }
    default:
      return { headers: [], query: [], unknown: typeof type === 'string' && type !== 'noauth' && type !== 'inherit' ? type : null };
  }
}

function bodyOf(body: Fields, fill: (text: string) => string): { readonly body: RecordedBody | null; readonly type: string | null } {
  const none = { body: null, type: null };
  if (body['disabled'] === true) return none;
  const listed = (list: unknown): readonly Fields[] => elementsOf(list).map(fieldsOf).filter(({ disabled, key }) => disabled !== true && textOf(key) !== null);
  switch (body['mode']) {
    case 'raw': {
      const text = fill(textOf(body['raw']) ?? '');
      const language = textOf(fieldsOf(fieldsOf(body['options'])['raw'])['language']);
      return text === '' ? none : { body: { kind: 'text', text }, type: language === 'json' || /^\s*[{[]/u.test(text) ? 'application/json' : language === 'xml' ? 'application/xml' : 'text/plain' };
    }
    case 'urlencoded':
      return { body: { kind: 'fields', fields: listed(body['urlencoded']).map(({ key, value }): Pair => [fill(textOf(key) ?? ''), fill(textOf(value) ?? '')]) }, type: 'application/x-www-form-urlencoded' };
    case 'formdata':
      return {
        body: {
          kind: 'parts',
          parts: listed(body['formdata']).map(({ key, value, type, src, contentType }) => {
            const file = textOf(Array.isArray(src) ? src[0] : src);
            return { name: fill(textOf(key) ?? ''), filename: type === 'file' ? basename(file ?? 'file') : null, type: textOf(contentType), text: type === 'file' ? null : fill(textOf(value) ?? ''), bytes: null };
          }),
        },
        type: 'multipart/form-data',
      };
    case 'graphql': {
      const { query, variables } = fieldsOf(body['graphql']);
      return { body: { kind: 'text', text: fill(JSON.stringify({ query: textOf(query) ?? '', variables: parsedOrEmpty(textOf(variables)) })) }, type: 'application/json' };
    }
    case 'file':
      return { body: { kind: 'missing', bytes: null, what: textOf(fieldsOf(body['file'])['src']) ?? 'a file' }, type: null };
    default:
      return none;
  }
}

function parsedOrEmpty(text: string | null): unknown {
  try {
    return text === null ? {} : (JSON.parse(text) as unknown);
  } catch {
    return {};
  }
}

const setter = /(?:pm\.(?:environment|globals|collectionVariables|variables)\.set|postman\.set(?:Environment|Global)Variable)\(\s*["'`]([\w-]+)["'`]\s*,\s*([^;\n]*?)\s*\)\s*(?:;|$)/gmu;

function scriptOf(events: unknown): string {
  return elementsOf(events)
    .map(fieldsOf)
    .filter(({ listen }) => listen === 'test')
    .map(({ script }) => {
      const { exec } = fieldsOf(script);
      return Array.isArray(exec) ? exec.map((line) => textOf(line) ?? '').join('\n') : (textOf(exec) ?? '');
    })
    .join('\n');
}

/** Of all items. */
function namesSetIn(items: unknown, depth: number): readonly string[] {
  if (depth > maxDepth) return [];
  return elementsOf(items).map(fieldsOf).flatMap(({ event, item }) => [...[...scriptOf(event).matchAll(setter)].map(([, name = '']) => name), ...namesSetIn(item, depth + 1)]);
}

/** An answer that has, where the script takes them, the open values themselves: correlation does the rest. Null: it takes nothing. */
function scriptedAnswer(events: unknown): RecordedAnswer | null {
  const json: Record<string, unknown> = {};
  const headers: Pair[] = [];
  for (const [, name = '', expression = ''] of scriptOf(events).matchAll(setter)) {
    const header = /^pm\.response\.headers\.get\(["'`]([\w-]+)["'`]\)?$/u.exec(expression)?.[1];
    const path = /^(?:pm\.response\.json\(\)|JSON\.parse\(responseBody\)|[a-z_$][\w$]*)((?:\.\w+|\[\d+\]|\[["'][\w-]+["']\])+)$/iu.exec(expression)?.[1];
    if (header !== undefined) headers.push([header, holeFor(name)]);
    else if (path !== undefined) put(json, path.match(/[\w-]+/gu) ?? [], holeFor(name));
  }
  if (headers.length === 0 && Object.keys(json).length === 0) return null;
  return { status: 200, headers, text: JSON.stringify(json), type: 'application/json' };
}

function put(target: object, [key = '', ...rest]: readonly string[], value: string): void {
  if (key === '__proto__') return;
  if (rest.length === 0) {
    Reflect.set(target, key, value);
    return;
  }
  const inner: unknown = Reflect.get(target, key);
  if (typeof inner === 'object' && inner !== null) return put(inner, rest, value);
  const isList = /^\d+$/u.test(rest[0] ?? '');
  const made: object = isList ? Array.from({ length: Math.min(100, Number(rest[0])) + 1 }, () => null) : {};
  Reflect.set(target, key, made);
  put(made, rest, value);
}
