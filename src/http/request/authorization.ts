/**
 * The `auth` option as a header.
 */
import { BoomerError } from '../../util/boomerError.ts';

/** User and password (basic, RFC 7617; as a pair, as in Locust, or by name), or a bearer token (RFC 6750). */
export type Credentials = readonly [username: string, password: string] | { readonly username: string; readonly password: string } | { readonly bearer: string };

/** Value of the `authorization` header; throws a BoomerError for what are no credentials. */
export function authorizationOf(auth: Credentials): string {
  if (typeof auth === 'object' && auth !== null) {
    if ('bearer' in auth && typeof auth.bearer === 'string') return `Bearer ${auth.bearer}`;
    const [username, password] = 'username' in auth ? [auth.username, auth.password] : Array.isArray(auth) ? (auth as readonly unknown[]) : [];
    if (typeof username === 'string' && typeof password === 'string') return basicAuthorization(username, password);
  }
  throw new BoomerError('bad-auth', `auth must be ['user', 'password'], { username, password } or { bearer: token }`);
}

/** Of user and password as UTF-8. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** The same of what stands in a URL. Escapes are undone where they are some, as by Python's `unquote`: `p%zz` is a password like others. */
export function urlAuthorization({ username, password }: URL): string {
  return basicAuthorization(unquoted(username), unquoted(password));
}

function unquoted(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/giu, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString());
}
