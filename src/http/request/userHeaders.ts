/**
 * Headers of one user: what a scenario writes to `client.headers`, over the defaults of its class and under the headers of a
 * request (requests' `Session.headers`). Made when first asked for: most users have none.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { printed } from '../../util/printed.ts';
import { headerPairs, type HeaderValue, type HeaderValues } from './requestHeaders.ts';

/** By name; upper and lower case are one name, as on the wire. null takes a default of the class away. */
export type UserHeaders = Record<string, HeaderValue>;

/** An object of headers, with `values` in it; throws a BoomerError when these are no headers. */
export function userHeaders(values: HeaderValues): UserHeaders {
  if (typeof values !== 'object' || values === null) {
    throw new BoomerError('bad-headers', `client.headers must be an object of names and values, got ${printed(values)}: write client.headers = { 'x-token': token }`);
  }
  const headers: UserHeaders = new Proxy(Object.create(null) as UserHeaders, oneCase);
  for (const [name, value] of headerPairs(values)) {
    const before = Symbol.iterator in values ? headers[name] : undefined;
    headers[name] = before === undefined || before === null || value === null || value === undefined ? value : [...[before].flat().map(String), ...[value].flat().map(String)];
  }
  return headers;
}

/** The name under which a header is known already. */
function known(headers: UserHeaders, name: string): string {
  const wanted = name.toLowerCase();
  return Object.keys(headers).find((key) => key.toLowerCase() === wanted) ?? name;
}

const oneCase: ProxyHandler<UserHeaders> = {
  get: (headers, name) => (typeof name === 'string' ? headers[known(headers, name)] : undefined),
  set: (headers, name, value: HeaderValue) => {
    if (typeof name !== 'string') return false;
    headers[known(headers, name)] = value;
    return true;
  },
  has: (headers, name) => typeof name === 'string' && known(headers, name) in headers,
  deleteProperty: (headers, name) => typeof name === 'string' && Reflect.deleteProperty(headers, known(headers, name)),
};
