/**
 * curl commands, as people write them and as browsers copy them. What the options mean is curl's manual; what they do to the connection (proxies,
 * certificates, retries) is no part of a request and left out.
 */
import { basename } from 'node:path';
import { counted } from '../../util/counted.ts';
import { exchangeOf, hole, withoutHoles, unreadableTraffic, urlFrom, type Exchange, type Pair, type RecordedBody, type RecordedPart, type Recording } from '../recording.ts';
import { shellCommands, type ShellCommand } from './shellWords.ts';

/** True for a text with a line that calls curl. */
export function isCurl(text: string): boolean {
  return /^[ \t]*(?:[$>] ?|sudo |time |\w+=\S* )*(?:[\w./\\:-]*[/\\])?curl(?:\.exe)?['"]?(?:[ \t]|\^?\r?\n|\\\r?\n)/mu.test(text);
}

/** Letters of options that take a value. */
const letters: Readonly<Record<string, string>> = { X: 'request', H: 'header', d: 'data', F: 'form', u: 'user', A: 'user-agent', e: 'referer', b: 'cookie', T: 'upload-file' };
const idleLetters = 'EKPQUYymoowxzrtDCc';
const heeded: ReadonlySet<string> = new Set([...Object.values(letters), 'data-ascii', 'data-raw', 'data-binary', 'data-urlencode', 'json', 'form-string', 'oauth2-bearer', 'url', 'url-query']);
/** Options that take a value which says nothing of the request. */
const idle: ReadonlySet<string> = new Set(
  ('abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to continue-at cookie-jar create-file-mode crlfile curves delegation dns-interface dns-ipv4-addr ' +
    'dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine etag-compare etag-save expect100-timeout ftp-account ftp-alternative-to-user ftp-method ftp-port happy-eyeballs-timeout-ms hostpubmd5 hsts ' +
    'interface keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy output output-dir parallel-max pass ' +
    'pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-header proxy-key proxy-key-type proxy-pass proxy-service-name ' +
    'proxy-tls13-ciphers proxy-user pubkey quote random-file range rate request-target resolve retry retry-delay retry-max-time service-name socks4 socks4a socks5 socks5-hostname speed-limit speed-time stderr ' +
    'telnet-option tftp-blksize time-cond tls-max tls13-ciphers tlspassword tlsuser trace trace-ascii unix-socket write-out').split(' '),
);

/** `input`: what the command reads from its standard input; null: the file does not say. */
type Asked = { readonly options: readonly Pair[]; readonly switches: ReadonlySet<string>; readonly urls: readonly string[]; readonly input: string | null };

/** Throws a BoomerError with the line for a command that asks for nothing. */
export function readCurl(text: string, source: string): Recording {
  const commands = shellCommands(text, source);
  const calls = commands.filter(({ words }) => curlAt(words) >= 0).map((command) => ({ place: `line ${command.line}`, asked: askedIn(command, source) }));
  const exchanges = calls.flatMap(({ place, asked }) => asked.flatMap((part) => exchangesOf(part, place, source)));
  if (exchanges.length === 0) throw unreadableTraffic(source, null, 'a curl command that asks for a URL was expected, and none was found');
  const others = commands.length - calls.length;
  const trusting = calls.filter(({ asked }) => asked.some(({ switches }) => switches.has('k') || switches.has('insecure'))).length;
  const unlike = calls.filter(({ asked }) => asked.some(({ switches }) => ['digest', 'ntlm', 'negotiate'].some((scheme) => switches.has(scheme)))).length;
  const files = [...new Set(calls.flatMap(({ asked }) => asked.flatMap(filesOf)))];
  const remarks = [...(others === 0 ? [] : [`${others} other commands`]), ...(files.length === 0 ? [] : [`headers and cookies that stand in other files: ${files.join(', ')}`]), ...(unlike === 0 ? [] : [`--digest, --ntlm or --negotiate of ${counted(unlike, 'command')}, whose credentials go out as Basic`]), ...(trusting === 0 ? [] : [`-k of ${counted(trusting, 'command')} (static http = { tls: { rejectUnauthorized: false } } takes any certificate)`])];
  return { source, kind: exchanges.length === 1 ? 'curl command' : 'curl commands', isWalk: false, isChosen: true, exchanges, walks: [], description: null, remarks };
}

function curlAt(words: readonly string[]): number {
  return words.slice(0, 6).findIndex((word) => /^curl(?:\.exe)?$/iu.test(basename(word.replaceAll('\\', '/'))));
}

/** What a command asks for; `--next` begins anew. */
function askedIn({ words, line, input }: ShellCommand, source: string): readonly Asked[] {
  const place = `line ${line}`;
  const at = curlAt(words);
  const parts: string[][] = [[]];
  for (const word of words.slice(at + 1)) {
    if (word === '--next' || word === '-:') parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts.map((part) => {
    const asked = { ...askedOf(part, place, source), input };
    if (asked.urls.length === 0 && parts.length === 1 && !asked.switches.has('version') && !asked.switches.has('help')) throw unreadableTraffic(source, place, 'this curl command has no URL');
    return asked;
  });
}

/** One of each URL. */
function exchangesOf(asked: Asked, place: string, source: string): readonly Exchange[] {
  return asked.urls.flatMap((url) => (asked.switches.has('globoff') ? [url] : globbed(url))).map((url) => askedExchange(asked, url, place, source));
}

/** Where headers and cookies stand that nobody has here. */
function filesOf({ options }: Asked): readonly string[] {
  return options.flatMap(([name, value]) => (name === 'header' && value.startsWith('@') ? [value.slice(1)] : name === 'cookie' && value !== '' && !value.includes('=') ? [value] : [])).map((file) => withoutHoles(file));
}

function askedOf(words: readonly string[], place: string, source: string): Omit<Asked, 'input'> {
  const options: Pair[] = [];
  const switches = new Set<string>();
  const urls: string[] = [];
  let at = 0;
  const valueOf = (name: string): string => {
    const value = words[at++];
    if (value === undefined) throw unreadableTraffic(source, place, `${name} expects a value: the command was cut off`);
    return value;
  };
  const take = (name: string, value: string): void => {
    if (name === 'url') urls.push(value);
    else options.push([name, value]);
  };
  while (at < words.length) {
    const word = words[at++] ?? '';
    if (word.startsWith('--') && word.length > 2) {
      const [, name = '', , joined] = /^--([\w.-]+)(=(.*))?$/su.exec(word) ?? [];
      if (heeded.has(name)) take(name, joined ?? valueOf(word));
      else if (!idle.has(name)) switches.add(name);
      else if (joined === undefined) valueOf(word);
    } else if (word.startsWith('-') && word.length > 1) {
      for (let letterAt = 1; letterAt < word.length; letterAt += 1) {
        const letter = word[letterAt] ?? '';
        const rest = word.slice(letterAt + 1);
        const name = letters[letter];
        if (name === undefined && !idleLetters.includes(letter)) {
          switches.add({ G: 'get', I: 'head', V: 'version', h: 'help', g: 'globoff' }[letter] ?? letter);
          continue;
        }
        const value = rest === '' ? valueOf(word) : rest;
        if (name !== undefined) take(name, value);
        break;
      }
    } else if (word !== '') urls.push(word);
  }
  return { options, switches, urls };
}

function askedExchange(asked: Asked, written: string, place: string, source: string): Exchange {
  const { options, switches, input } = asked;
  const all = (...names: readonly string[]): readonly Pair[] => options.filter(([name]) => names.includes(name));
  const last = (name: string): string | null => all(name).at(-1)?.[1] ?? null;
  const data = bodyOf(all('data', 'data-ascii', 'data-raw', 'data-binary', 'data-urlencode', 'json').map((pair) => withInput(pair, input)), all('form', 'form-string'), last('upload-file'), input);
  const isGet = switches.has('get') && data?.kind === 'text';
  const body = isGet ? null : data;
  const method = last('request') ?? (switches.has('head') ? 'HEAD' : last('upload-file') !== null ? 'PUT' : body !== null ? 'POST' : 'GET');
  const query = [...(isGet ? [data.text] : []), ...all('url-query').map(([, value]) => (value.startsWith('+') ? value.slice(1) : urlEncoded(value)))].filter((part) => part !== '');
  return exchangeOf(place, { method: method.toUpperCase(), url: urlOf(written, query, place, source), headers: headersOf(asked, body), body });
}

/** So many of one pattern show what it asks for. */
const maxGlobbed = 100;

/** `/{a,b}` and `/[1-9]`, as curl takes them; an IPv6 address is none. */
function globbed(url: string): readonly string[] {
  const [whole = '', set, from = '', to = '', step] = /\{([^{}]*,[^{}]*)\}|\[(\d+|[a-zA-Z])-(\d+|[a-zA-Z])(?::(\d+))?\]/u.exec(url) ?? [];
  if (whole === '') return [url];
  const at = url.indexOf(whole);
  const values = set === undefined ? between(from, to, Math.max(1, Number(step ?? 1))) : set.split(',');
  return values.slice(0, maxGlobbed).flatMap((value) => globbed(`${url.slice(0, at)}${value}${url.slice(at + whole.length)}`)).slice(0, maxGlobbed);
}

/** Numbers keep their leading zeros. */
function between(from: string, to: string, step: number): readonly string[] {
  const isNumber = /^\d/u.test(from);
  const [first, last] = isNumber ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  const count = Math.min(maxGlobbed, Math.floor((last - first) / step) + 1);
  return Array.from({ length: Math.max(0, count) }, (_, index) => (isNumber ? String(first + index * step).padStart(from.length, '0') : String.fromCharCode(first + index * step)));
}

function urlOf(written: string, query: readonly string[], place: string, source: string): string {
  const [bare = ''] = written.trim().split('#', 1);
  const sign = /[?&]$/u.test(bare) ? '' : bare.includes('?') ? '&' : '?';
  const url = urlFrom(query.length === 0 ? bare : `${bare}${sign}${query.join('&')}`);
  if (url === null) throw unreadableTraffic(source, place, `"${bare.slice(0, 100)}" is no http(s) URL`);
  return url;
}

function headersOf({ options, switches }: Asked, body: RecordedBody | null): readonly Pair[] {
  const headers: Pair[] = [];
  const removed = new Set<string>();
  const add = (name: string, value: string): void => {
    if (!headers.some(([own]) => own.toLowerCase() === name.toLowerCase()) && !removed.has(name.toLowerCase())) headers.push([name, value]);
  };
  for (const [name, value] of options) {
    if (name !== 'header') continue;
    const [, own = '', sign, text = ''] = /^\s*([^:;]+?)\s*([:;])\s*(.*?)\s*$/su.exec(value) ?? [];
    if (own === '') continue;
    if (sign === ':' && text === '') removed.add(own.toLowerCase());
    else headers.push([own, text]);
  }
  for (const [name, value] of options) {
    if (name === 'user-agent' && value !== '') add('user-agent', value);
    if (name === 'referer') add('referer', value);
    if (name === 'user') add('authorization', `Basic ${Buffer.from(value.includes(':') ? value : `${value}:`).toString('base64')}`);
    if (name === 'oauth2-bearer') add('authorization', `Bearer ${value}`);
    if (name === 'json') for (const header of ['content-type', 'accept']) add(header, 'application/json');
  }
  // Without a sign it is the name of a file.
  const cookies = options.flatMap(([name, value]) => (name === 'cookie' && value.includes('=') ? [value] : []));
  if (cookies.length > 0) add('cookie', cookies.join('; '));
  const hasData = options.some(([name]) => name.startsWith('data')) && !switches.has('get');
  if (hasData && (body?.kind === 'text' || body?.kind === 'missing')) add('content-type', 'application/x-www-form-urlencoded');
  return headers;
}

/** `@-` is what the command reads; of that `-d` leaves out line ends. */
function withInput([name, value]: Pair, input: string | null): Pair {
  if (input === null || name === 'data-raw' || !/^[^=@]*@-$/u.test(value) || (name !== 'data-urlencode' && value !== '@-')) return [name, value];
  if (name === 'data-urlencode') return [name, `${value.slice(0, -2)}=${input}`];
  return name === 'json' ? [name, input] : ['data-raw', name === 'data-binary' ? input : input.replace(/[\r\n\0]/gu, '')];
}

function bodyOf(data: readonly Pair[], form: readonly Pair[], upload: string | null, input: string | null): RecordedBody | null {
  if (form.length > 0) return { kind: 'parts', parts: form.map(([name, value]) => formPart(value, name === 'form-string')) };
  if (upload === '-' && input !== null) return { kind: 'text', text: input };
  if (upload !== null) return { kind: 'missing', bytes: null, what: upload };
  if (data.length === 0) return null;
  const file = data.find(([name, value]) => name !== 'data-raw' && (value.startsWith('@') || (name === 'data-urlencode' && /^[^=]*@/u.test(value))));
  if (file !== undefined) return { kind: 'missing', bytes: null, what: file[1].slice(file[1].indexOf('@') + 1) };
  const isJson = data.every(([name]) => name === 'json');
  return { kind: 'text', text: data.map(([name, value]) => (name === 'data-urlencode' ? urlEncoded(value) : value)).join(isJson ? '' : '&') };
}

/** `name=content`, `=content`, `content`: the content is to be encoded. */
function urlEncoded(value: string): string {
  const at = value.indexOf('=');
  const encoded = (text: string): string => text.split(hole.start).map((piece) => (piece.includes(hole.end) ? `${hole.start}${piece.slice(0, piece.indexOf(hole.end) + 1)}${encodeURIComponent(piece.slice(piece.indexOf(hole.end) + 1))}` : encodeURIComponent(piece.toWellFormed()))).join('').replaceAll('%20', '+');
  return at < 0 ? encoded(value) : `${at === 0 ? '' : `${value.slice(0, at)}=`}${encoded(value.slice(at + 1))}`;
}

/** `name=value`, `name=@file;type=image/png;filename=a.png`, `name=<file`. */
function formPart(written: string, isLiteral: boolean): RecordedPart {
  const [, name = '', content = ''] = /^([^=]*)=?(.*)$/su.exec(written) ?? [];
  const isFile = !isLiteral && /^[@<]/u.test(content);
  // What stands behind a semicolon is a setting or nothing, unless there are quotes around it.
  const [value = '', ...settings] = isLiteral ? [content] : (content.match(/(?:"(?:[^"\\]|\\.)*"|[^;"])+/gu) ?? []);
  const setting = (key: string): string | null => settings.map((text) => text.trim()).find((text) => text.startsWith(`${key}=`))?.slice(key.length + 1).replace(/^"(.*)"$/u, '$1') ?? null;
  const plain = value.replace(/^([@<]?)"(.*)"$/su, '$1$2');
  const path = isFile ? plain.slice(1) : null;
  const filename = setting('filename') ?? (path !== null && content.startsWith('@') ? basename(path) : null);
  return { name, filename, type: setting('type'), text: path === null ? plain : null, bytes: null };
}
