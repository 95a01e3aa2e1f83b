/** Whose request it is: what the requests of one visitor have in common. */
import { headerOf, type Pair } from './recording.ts';

/** By what visitors are told apart. */
export type SessionKind = 'cookie or address' | 'cookie' | 'address' | 'none';

/** All there are. */
export const sessionKinds: readonly SessionKind[] = ['cookie or address', 'cookie', 'address', 'none'];

/** A request as far as it says who made it; `client`: the address that it came from, where somebody noted it. */
export type SessionClue = { readonly request: { readonly headers: readonly Pair[] }; readonly client?: string | null };

/** Cookies that name a session; those against forged requests change within one. */
const sessionCookie = /^(?!.*(?:csrf|xsrf)).*(?:sess|sid$|auth|token|jwt|login|remember)/iu;

/** The same text for all requests of one visitor; null: nobody can tell, and the request stands for itself. */
export function sessionKey({ request: { headers }, client = null }: SessionClue, kind: SessionKind): string | null {
  switch (kind) {
    case 'none':
      return null;
    case 'cookie':
      return cookieKey(headers);
    case 'address':
      return addressKey(headers, client);
    case 'cookie or address':
      return cookieKey(headers) ?? addressKey(headers, client);
  }
}

function cookieKey(headers: readonly Pair[]): string | null {
  const header = headerOf(headers, 'cookie');
  if (header === null) return null;
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && sessionCookie.test(pair.slice(0, at).trim())) return pair.trim();
  }
  return null;
}

/** The first address is the visitor's own, the others are of proxies on the way. */
function addressKey(headers: readonly Pair[], client: string | null): string | null {
  const forwarded = headerOf(headers, 'x-forwarded-for') ?? headerOf(headers, 'x-real-ip') ?? /for="?([^;,"]+)/iu.exec(headerOf(headers, 'forwarded') ?? '')?.[1] ?? '';
  const first = forwarded.split(',', 1)[0]?.trim() ?? '';
  return first === '' ? client : first;
}
