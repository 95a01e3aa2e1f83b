/**
 * What readers of recorded traffic fill, whatever the file was: requests with their answers, in the order in which they were made. Parts that a
 * file does not have are null; nothing is made up.
 */
import { BoomerError } from '../util/boomerError.ts';

/** A header, a field, a parameter. */
export type Pair = readonly [name: string, value: string];

/** A part of a multipart body. */
export type RecordedPart = {
  readonly name: string;
  /** Null: a field, no file. */
  readonly filename: string | null;
  readonly type: string | null;
  /** Null: it was not recorded, as files are not by browsers. */
  readonly text: string | null;
  /** Null: not known. */
  readonly bytes: number | null;
};

/** The body of a request. */
export type RecordedBody =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'fields'; readonly fields: readonly Pair[] }
  /** `whole`: as it was sent; without it the recording has the parts alone. */
  | { readonly kind: 'parts'; readonly parts: readonly RecordedPart[]; readonly whole?: string }
  /** No text. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** There was one, and the recording does not have it; `what` says where it is, such as `@data.json` of curl. */
  | { readonly kind: 'missing'; readonly bytes: number | null; readonly what: string | null };

/** A request as it was sent. */
export type RecordedRequest = {
  /** In capitals. */
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: readonly Pair[];
  readonly body: RecordedBody | null;
};

/** What a body holds, about: bytes, or letters. */
export function bodyLength(body: RecordedBody | null): number {
  switch (body?.kind) {
    case 'text':
      return body.text.length;
    case 'bytes':
      return body.bytes.length;
    case 'parts':
      return (body.whole?.length ?? 0) + body.parts.reduce((sum, { text }) => sum + (text?.length ?? 0), 0);
    case 'fields':
      return body.fields.reduce((sum, [, value]) => sum + value.length, 0);
    case 'missing':
    case undefined:
      return 0;
  }
}

/** What came back. */
export type RecordedAnswer = {
  /** 0: nothing came. */
  readonly status: number;
  readonly headers: readonly Pair[];
  /** The body, decoded; null: it is no text, or was not recorded. */
  readonly text: string | null;
  /** Null: nobody said. */
  readonly type: string | null;
};

/** A request, what came back, and when. */
export type Exchange = {
  /** Where it stands in its file: `entry 12`, `line 3`. */
  readonly place: string;
  readonly request: RecordedRequest;
  /** Null: the file has no answers. */
  readonly answer: RecordedAnswer | null;
  /** Milliseconds since 1970; null: no times were recorded. */
  readonly startedMs: number | null;
  readonly elapsedMs: number | null;
  /** What belongs together has the same one: a page's id, a folder, a tag; null: not known. */
  readonly group: string | null;
  /** What people call the group. */
  readonly title: string | null;
  /** What it is called, where the file says so: the row, and what it does; null: it does not. */
  readonly names: { readonly row: string | null; readonly task: string | null } | null;
  /** How many requests of its kind it stands for; 1, but in logs that are too long to be kept. */
  readonly times: number;
  /** As browsers name them: document, script, image, fetch …; null: nobody said. */
  readonly resource: string | null;
  /** The address that it came from; null: nobody noted it. */
  readonly client: string | null;
  /** Null: it was recorded, or written by somebody. */
  readonly described: DescribedRequest | null;
};

/** What of a described request has a type. */
export type DescribedPart = 'path' | 'query' | 'headers' | 'cookies' | 'body';

/** What a description says of a request, beside an example of it. */
export type DescribedRequest = {
  /** Names of the types that its parts fit; null: there is none, or the example does not fit it. */
  readonly types: Readonly<Record<DescribedPart, string | null>>;
  /** Parameters of its path and their values, and where they are: segments that have some, by their number from 0. */
  readonly path: readonly Pair[];
  readonly segments: ReadonlyMap<number, readonly (string | { readonly parameter: string })[]>;
  /** Those that it may have, in small letters: they matter whatever they are. */
  readonly headers: ReadonlySet<string>;
  /** Those that are set before it is sent. */
  readonly cookies: readonly Pair[];
  /** Fields that are no texts: `parameter page`, `form field count`, `path parameter id`, `header x-page`, `cookie page`. */
  readonly plainFields: ReadonlyMap<string, 'number' | 'boolean'>;
  /** JSON schemas of its answers, by status: `200`, `4XX`, `default`. */
  readonly answers: ReadonlyMap<string, unknown>;
};

/** An exchange of which nothing is known but what is said. */
export function exchangeOf(place: string, request: RecordedRequest, known: Partial<Exchange> = {}): Exchange {
  return { place, request, answer: null, startedMs: null, elapsedMs: null, group: null, title: null, names: null, times: 1, resource: null, client: null, described: null, ...known };
}

/** What is known of a file beside its exchanges; complete when the last of them has been read. */
export type StreamNotes = {
  /** What it is, for people: `HAR of Firefox`. */
  kind: string;
  /** What was passed over, for people. */
  readonly remarks: string[];
};

/** One file's traffic. */
export type Recording = {
  /** The file's name. */
  readonly source: string;
  /** What it is, for people: `HAR of Firefox`. */
  readonly kind: string;
  readonly exchanges: readonly Exchange[];
  /** What each of many people did, some of whose requests are in `exchanges` too; empty: nobody knows whose they were, or it is one walk anyway. */
  readonly walks: readonly (readonly Exchange[])[];
  /** True: one person's requests, in their order; false: of many, or without an order. */
  readonly isWalk: boolean;
  /** True: somebody chose each request; false: a program noted all that went by. */
  readonly isChosen: boolean;
  /** What was passed over, for people. */
  readonly remarks: readonly string[];
  /** Of a description: its types, as TypeScript and by name, and the schemas that those of answers refer to; null for anything else. */
  readonly description: { readonly types: ReadonlyMap<string, string>; readonly definitions: ReadonlyMap<string, unknown> } | null;
};

/** Begins and ends the name of a value that a recording leaves open: `$TOKEN` of a shell, `{{token}}` of Postman. Unicode has them for private use. */
export const hole: { readonly start: string; readonly end: string } = { start: '\uE0F0', end: '\uE0F1' };

/** Where a variable stands in what can be no expression, such as the name of a file, there is its name. */
export function withoutHoles(text: string): string {
  return text.replace(/\uE0F0([^\uE0F1]*)\uE0F1/gu, '$1');
}

/** Where a request goes whose host is in a hole. */
export const unknownOrigin = 'http://variable.invalid';

/** A text with a hole. */
export function holeFor(name: string): string {
  return `${hole.start}${name}${hole.end}`;
}

const variableScheme = new RegExp(`^${hole.start}[^${hole.end}]*${hole.end}://`, 'u');

/** A URL as people write them, without a scheme, or with a host that a variable holds: absolute and without its fragment, `unknownOrigin` standing for a host that is not known; null for what is no http(s) URL. */
export function urlFrom(written: string): string | null {
  // Of a scheme that a variable holds nobody knows more than of the host.
  const trimmed = written.trim().replace(variableScheme, 'http://');
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//iu.test(trimmed) ? trimmed : trimmed.startsWith('/') ? unknownOrigin + trimmed : `http://${trimmed}`;
  const [, authority = '', rest = ''] = /^[^:]+:\/\/([^/?#]*)(.*)$/su.exec(withScheme) ?? [];
  const hostAt = authority.lastIndexOf('@') + 1;
  // A variable for all of it has scheme and host, and perhaps the beginning of the path.
  const isOpen = authority.includes(hole.start, hostAt) || withScheme.startsWith(hole.start);
  const [url = ''] = (isOpen ? `${unknownOrigin.replace('//', `//${authority.slice(0, hostAt)}`)}${rest}` : withScheme).split('#', 1);
  return URL.canParse(url) && /^https?:$/u.test(new URL(url).protocol) ? url : null;
}

/** As it stands in a URL; half of a surrogate pair is none there. */
export function urlEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** `place`: `line 3`, `entry 12`; null: the file as a whole. */
export function unreadableTraffic(source: string, place: string | null, message: string, cause?: unknown): BoomerError {
  return new BoomerError('unreadable-traffic', `${source}${place === null ? '' : `, ${place}`}: ${message}`, { cause });
}

/** The value of a header, in any case; null when there is none. `name`: in small letters. */
export function headerOf(headers: readonly Pair[], name: string): string | null {
  return headers.find(([own]) => own.length === name.length && own.toLowerCase() === name)?.[1] ?? null;
}

/** True for what a header can be called (RFC 9110, token). */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^`|~\w-]+$/u.test(name);
}

/** `text/html` of `Text/HTML; charset=utf-8`; empty for null. */
export function mimeType(contentType: string | null): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Of a `cookie` header. */
export function cookiePairs(header: string): readonly Pair[] {
  return header.split(/;\s*/u).flatMap((text) => {
    const at = text.indexOf('=');
    return at <= 0 ? [] : [[text.slice(0, at), text.slice(at + 1)] as const];
  });
}

/** Of a line of `set-cookie`: `domain`, `path`, `max-age`, `expires`; null: it has none. */
export function cookieAttribute(line: string, name: string): string | null {
  return new RegExp(`;\\s*${name}\\s*=\\s*([^;]*)`, 'iu').exec(line)?.[1]?.trim() ?? null;
}

/** Servers take a cookie away by one that was over in 1970. */
const dayMs = 86_400_000;

/** True for a line of `set-cookie` of a cookie that is over as soon as it comes; `startedMs`: when it was asked for, null: nobody knows. */
export function deletesCookie(line: string, startedMs: number | null): boolean {
  return Number(cookieAttribute(line, 'max-age') ?? 1) <= 0 || Date.parse(cookieAttribute(line, 'expires') ?? '') <= Math.max(dayMs, startedMs ?? 0);
}

/** What a field's text stands for where a description says that it is no text; the text itself where it cannot be. */
export function plainValue(text: string, type: 'number' | 'boolean' | undefined): string | number | boolean {
  if (type === 'number' && text !== '' && String(Number(text)) === text) return Number(text);
  return type === 'boolean' && (text === 'true' || text === 'false') ? text === 'true' : text;
}
