/**
 * Request headers as a flat list (name, value, name, value …), the form that costs undici least: the defaults are
 * made once per class and handed out unchanged to every request without headers of its own.
 */

/** null takes a default away; undefined is as if absent; an array is sent as several header lines. */
export type HeaderValue = string | number | readonly string[] | null | undefined;

export type HeaderValues = Readonly<Record<string, HeaderValue>> | Iterable<readonly [string, string]>;

export type FlatHeaders = readonly (string | readonly string[])[];

/** As every HTTP client says who it is: many servers refuse a request without these two. */
export const standardHeaders: FlatHeaders = ['user-agent', 'boomer-node', 'accept', '*/*'];

/** `defaults` with `own` over them, names compared without case, and `contentType` unless one is there already. */
export function mergeHeaders(defaults: FlatHeaders, own: HeaderValues | undefined, contentType: string | null): FlatHeaders {
  if (own === undefined && contentType === null) return defaults;
  const merged: (string | readonly string[])[] = [];
  const taken = new Set<string>();
  if (own !== undefined) {
    for (const [name, value] of headerPairs(own)) {
      if (value === undefined) continue;
      taken.add(name.toLowerCase());
      if (value !== null) merged.push(name, typeof value === 'number' ? String(value) : value);
    }
  }
  for (let at = 0; at + 1 < defaults.length; at += 2) {
    const name = String(defaults[at]);
    const value = defaults[at + 1];
    if (value === undefined || taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    merged.push(name, value);
  }
  if (contentType !== null && !taken.has('content-type')) merged.push('content-type', contentType);
  return merged;
}

/** The list without the named headers (lower case): the same one when it has none of them. */
export function withoutHeaders(headers: FlatHeaders, names: ReadonlySet<string>): FlatHeaders {
  const kept = headers.filter((_, at) => !names.has(String(headers[at - (at % 2)]).toLowerCase()));
  return kept.length === headers.length ? headers : kept;
}

/** Whether the list has `name` (lower case). */
export function hasHeader(headers: FlatHeaders, name: string): boolean {
  return headers.some((written, at) => at % 2 === 0 && String(written).toLowerCase() === name);
}

/** Names and values, however they were written. */
export function headerPairs(headers: HeaderValues): Iterable<readonly [string, HeaderValue]> {
  return isIterable(headers) ? headers : Object.entries(headers);
}

function isIterable(headers: HeaderValues): headers is Iterable<readonly [string, string]> {
  return Symbol.iterator in headers;
}
