/** Whose request it was: what captures and logs of many people tell of it. */
import { cookiePairs, deletesCookie, headerOf, type Exchange, type Pair } from './recording.ts';

/** Log-ins give a session a new number; so many of these are remembered. */
const maxRenewals = 100_000;

/** Named as servers name the cookie of a session. */
const sessionCookie = /sess|(?:^|[._-])sid(?:$|[._-])|^sid|sid$|^(?:auth|access|id)?_?token$|^auth$/iu;
/** One for each browser, by analytics. */
const visitorCookie = /^(?:_ga|_pk_id.*|__utma|_fbp|ajs_anonymous_id|amplitude_id.*|visitor.*|uid)$/iu;

/**
 * Tells sessions apart, by the cookie of the session, else by authorization, by a cookie that each browser has, or by the address and the browser's name.
 * Exchanges are to be told in their order: a session that gets another number when somebody logs in stays the same one.
 */
export class Sessions {
  /** Of a later cookie, the session that it belongs to. */
  readonly #renewed = new Map<string, string>();

  /** The same text for all of one session, which begins with `cookie`, `authorization`, `visitor` or `address`; null: nothing tells whose the exchange was. */
  keyOf({ request, answer, client, startedMs }: Exchange): string | null {
    const cookies = cookiePairs(headerOf(request.headers, 'cookie') ?? '');
    const sent = cookieKey(cookies);
    const given = cookieKey((answer?.headers ?? []).flatMap(([name, value]) => (name.toLowerCase() === 'set-cookie' ? value.split('\n').flatMap((line) => (deletesCookie(line, startedMs) ? [] : cookiePairs(line).slice(0, 1))) : [])));
    if (sent === null && given !== null) return given;
    if (sent !== null) {
      const key = this.#renewed.get(sent) ?? sent;
      if (given !== null && given !== sent) this.#renew(given, key);
      return key;
    }
    const authorization = headerOf(request.headers, 'authorization');
    if (authorization !== null) return `authorization ${authorization}`;
    const [visitor] = cookies.filter(([name]) => visitorCookie.test(name));
    if (visitor !== undefined) return `visitor ${visitor.join('=')}`;
    const address = headerOf(request.headers, 'x-forwarded-for')?.split(',', 1)[0]?.trim() ?? headerOf(request.headers, 'x-real-ip') ?? client;
    return address === null ? null : `address ${address} ${headerOf(request.headers, 'user-agent') ?? ''}`;
  }

  #renew(cookie: string, key: string): void {
    this.#renewed.set(cookie, key);
    const [oldest] = this.#renewed.keys();
    if (this.#renewed.size > maxRenewals && oldest !== undefined) this.#renewed.delete(oldest);
  }
}

/** What has no value, or next to none, tells nobody. */
function cookieKey(cookies: readonly Pair[]): string | null {
  const [found] = cookies.filter(([name, value]) => sessionCookie.test(name) && !/csrf|xsrf/iu.test(name) && value.length >= 4);
  return found === undefined ? null : `cookie ${found.join('=')}`;
}
