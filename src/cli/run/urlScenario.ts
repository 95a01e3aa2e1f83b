/**
 * The scenario that stands for URLs on the command line: one user class with a task for each of them. It is written as a person would
 * begin it, compiled and run as any other, and kept where `--save` says.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BoomerError } from '../../util/boomerError.ts';
import { errorLine } from '../../util/errorText.ts';
import { readText } from '../../util/textFile.ts';
import type { Settings } from '../../options/settings.ts';
import { isUrl, type UrlSettings } from '../../options/urlOptions.ts';
import { scenarioFiles } from '../../compile/bundle.ts';
import { makeTemporaryFolder } from '../../compile/temporaryFolder.ts';

/** What a scenario is written from. */
export type UrlRequests = Pick<UrlSettings, 'method' | 'headers'> & {
  readonly urls: readonly string[];
  /** `url`: of a file, as the scenario names it. */
  readonly body: { readonly text: string } | { readonly text: string; readonly url: string } | null;
};

/** Absolute paths of the scenario's files; URLs among the settings' files become one. Throws a BoomerError for what is missing. */
export async function filesToRun(settings: Pick<Settings, 'files' | keyof UrlSettings>, cwd: string): Promise<readonly string[]> {
  const { files, savedScenario } = settings;
  if (!files.some(isUrl)) return scenarioFiles(files, cwd);
  return [await writtenScenario(savedScenario, cwd, (home, isTypeScript) => urlScenarioText({ ...settings, urls: files, body: bodyOf(settings, cwd, home) }, isTypeScript))];
}

/** Where a scenario that stands for something else was written: where `--save` says, null: nowhere that stays. `home`: the folder of one that is kept, else null. */
export async function writtenScenario(savedScenario: string | null, cwd: string, textFor: (home: string | null, isTypeScript: boolean) => string): Promise<string> {
  const path = savedScenario === null ? join((await makeTemporaryFolder()).path, 'scenario.ts') : resolve(cwd, savedScenario);
  await save(path, textFor(savedScenario === null ? null : dirname(path), /ts$/u.test(extname(path))), savedScenario);
  return path;
}

async function save(path: string, text: string, named: string | null): Promise<void> {
  if (named !== null && existsSync(path)) throw new BoomerError('usage', `--save expects a file that is not there yet, got "${named}"`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    throw new BoomerError('usage', `${named === null ? path : `--save ${named}`} cannot be written: ${errorLine(cause)}`, { cause });
  }
}

/** `home`: the folder of a scenario that is kept, which names the file as it is seen from there. */
function bodyOf({ body }: UrlSettings | Pick<Settings, 'body'>, cwd: string, home: string | null): UrlRequests['body'] {
  if (body?.startsWith('@') !== true) return body === null ? null : { text: body };
  const path = resolve(cwd, body.slice(1));
  const text = readText(path);
  if (text === null) throw new BoomerError('usage', `--body ${body} expects a text file, and there is none: looked for ${path}`);
  return { text, url: urlFrom(home, path) };
}

/** A file as a scenario in `home` names it by `new URL(…, import.meta.url)`; null: one that does not stay. */
export function urlFrom(home: string | null, path: string): string {
  if (home === null) return pathToFileURL(path).href;
  const fromThere = relative(home, path).split(sep).map(encodeURIComponent).join('/');
  return fromThere.startsWith('.') ? fromThere : `./${fromThere}`;
}

/** The scenario as TypeScript or JavaScript. Throws a BoomerError for what is no URL. */
export function urlScenarioText({ urls, method, headers, body }: UrlRequests, isTypeScript: boolean): string {
  const places = [...new Set(urls)].map(parsed);
  const [first] = places;
  if (first === undefined) throw new BoomerError('no-scenario', 'expected a URL');
  const verb = method ?? (body === null ? 'GET' : 'POST');
  const names = namesOf(places.map(({ pathname }) => taskName(verb, pathname)));
  const sent = [...typed(headers, body)];
  const options = [
    ...(sent.length === 0 ? [] : ['headers']),
    ...(body === null ? [] : ['body']),
  ];
  const calls = places.map(({ origin, pathname, search }) => {
    const url = `${origin === first.origin ? '' : origin}${pathname}${search}`;
    const isOwn = ownMethods.has(verb);
    return `await this.client.${isOwn ? verb.toLowerCase() : 'request'}(${[...(isOwn ? [] : [quoted(verb)]), quoted(url), ...(options.length === 0 ? [] : [`{ ${options.join(', ')} }`])].join(', ')});`;
  });
  const constants = [
    ...(sent.length === 0 ? [] : [`const headers = {\n${sent.map(([name, value]) => `  ${quoted(name)}: ${quoted(value)},\n`).join('')}};`]),
    ...(body === null ? [] : [`const body = ${'url' in body ? `readFileSync(new URL(${quoted(body.url)}, import.meta.url), 'utf8')` : quoted(body.text)};`]),
  ];
  return [
    ...(body !== null && 'url' in body ? ["import { readFileSync } from 'node:fs';"] : []),
    `import { FastHttpUser${isTypeScript ? ', task' : ''} } from 'boomer-node';`,
    '',
    ...constants.flatMap((constant) => [constant, '']),
    'export class Visitor extends FastHttpUser {',
    `  static ${isTypeScript ? 'override ' : ''}host = ${quoted(first.origin)};`,
    ...(isTypeScript ? [] : [`  static tasks = { ${names.map((name) => `${name}: 1`).join(', ')} };`]),
    ...names.flatMap((name, index) => ['', ...(isTypeScript ? ['  @task'] : []), `  async ${name}() {`, `    ${calls[index] ?? ''}`, '  }']),
    '}',
    '',
  ].join('\n');
}

const ownMethods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

function parsed(url: string): URL {
  if (!isUrl(url)) throw new BoomerError('usage', `URLs and scenario files do not go together, got "${url}" beside a URL`);
  if (!URL.canParse(url)) throw new BoomerError('usage', `"${url}" is no URL: expected one such as http://localhost:8080/path`);
  return new URL(url);
}

/** A header that is given twice has both values; a body that is JSON says so. */
function typed(headers: UrlRequests['headers'], body: UrlRequests['body']): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const { name, value } of headers) {
    const known = [...all.keys()].find((other) => other.toLowerCase() === name.toLowerCase()) ?? name;
    const before = all.get(known);
    all.set(known, before === undefined ? value : `${before}${known.toLowerCase() === 'cookie' ? '; ' : ', '}${value}`);
  }
  if (body !== null && isJson(body.text) && ![...all.keys()].some((name) => name.toLowerCase() === 'content-type')) all.set('content-type', 'application/json');
  return all;
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/u.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** `GET /cart/items.json` → `getCartItemsJson` */
function taskName(verb: string, path: string): string {
  const words = path.split(/[^a-z\d]+/iu).filter((word) => word !== '').slice(0, 5);
  return [verb.toLowerCase().replaceAll(/[^a-z\d]+/gu, ''), ...(words.length === 0 ? ['root'] : words)].map((word, index) => (index === 0 ? word : `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)).join('');
}

/** The same, each once: `getCart`, `getCart2`. */
function namesOf(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
    taken.add(free);
    return free;
  });
}

/** In single quotes, as people write it. */
export function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'").replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}
