/**
 * Which requests of a recording are the users' own: those that the site was sent to do something. What a browser fetches to draw a page, asks
 * other sites for, or asks by itself (preflights) is counted and left out. The client follows redirects where all that it would ask for was recorded.
 */
import { counted } from '../util/counted.ts';
import { headerOf, mimeType, type Exchange, type RecordedAnswer } from './recording.ts';

/** What to keep that is left out otherwise. */
export type Choice = { readonly keepsStatic: boolean; readonly keepsThirdParties: boolean; readonly keepsPreflights: boolean };

/** A request with all that followed from it alone. */
export type Visit = Exchange & {
  /** Where redirects led, in order; empty without any. */
  readonly redirects: readonly Exchange[];
  /** Why the client is not to follow where the answer leads, for people; null: it is. */
  readonly notFollowed: string | null;
};

/** What is kept, and how many of what were not. */
export type Selection = { readonly visits: readonly Visit[]; readonly origin: string | null; readonly leftOut: readonly string[] };

/** Why, with its noun and what follows it. */
const reasons = {
  WebSocket: ['WebSocket', ' (docs/protocols.md says how to test them)'],
  preflight: ['preflight', ''],
  unanswered: ['request', ' without an answer'],
  foreign: ['request', ' to other sites (--third-party keeps them)'],
  static: ['static file', ' (--static keeps them)'],
} as const;
type LeftOut = keyof typeof reasons;

/** `host`: the site's origin, if somebody said; null: found out. */
export function selected(exchanges: readonly Exchange[], { keepsStatic, keepsThirdParties, keepsPreflights }: Choice, host: string | null): Selection {
  const counts = new Map<LeftOut, number>();
  const leaveOut = (reason: LeftOut, { times }: Exchange): false => {
    counts.set(reason, (counts.get(reason) ?? 0) + times);
    return false;
  };
  const requests = exchanges.filter((exchange) => {
    if (isWebSocket(exchange)) return leaveOut('WebSocket', exchange);
    if (!keepsPreflights && exchange.request.method === 'OPTIONS' && headerOf(exchange.request.headers, 'access-control-request-method') !== null) return leaveOut('preflight', exchange);
    if (exchange.answer !== null && exchange.answer.status === 0) return leaveOut('unanswered', exchange);
    return true;
  });
  const isStatic = (exchange: Exchange): boolean => !keepsStatic && isStaticFile(exchange);
  const main = host ?? visitedOrigin(requests);
  const isForeign = (url: string): boolean => !keepsThirdParties && main !== null && siteOf(url) !== siteOf(main);
  const visits = visitsOf(requests, isForeign).filter((visit) => (isForeign(visit.request.url) ? leaveOut('foreign', visit) : isStatic(visit) ? leaveOut('static', visit) : true));
  return { visits, origin: main, leftOut: [...counts].map(([reason, count]) => `${counted(count, reasons[reason][0])}${reasons[reason][1]}`) };
}

function isWebSocket({ request, answer, resource }: Exchange): boolean {
  return /^wss?:/u.test(request.url) || resource === 'websocket' || answer?.status === 101;
}

const staticResources: ReadonlySet<string> = new Set(['stylesheet', 'script', 'image', 'font', 'media', 'manifest', 'texttrack', 'imageset']);
const staticTypes = /^(?:image|font|audio|video)\/|^(?:text\/(?:css|javascript|vtt)|application\/(?:x-)?(?:javascript|ecmascript|font-\w+|manifest\+json|wasm|vnd\.ms-fontobject))$/u;
const staticNames = /\.(?:css|m?js|map|png|jpe?g|gif|svg|ico|cur|webp|avif|bmp|woff2?|ttf|otf|eot|mp[34]|m4[av]|webm|og[gv]|wav|wasm|webmanifest)$/iu;

/** A file that a page is made with; what was asked for otherwise than by GET is none. */
export function isStaticFile({ request, answer, resource }: Exchange): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (resource === 'xhr' || resource === 'fetch' || resource === 'document') return false;
  if (resource !== null && staticResources.has(resource)) return true;
  const type = mimeType(answer?.type ?? null);
  if (staticTypes.test(type)) return true;
  // A page that is said where a file was not found is none either.
  return staticNames.test(new URL(request.url).pathname);
}

/** The origin of the site that was visited: that of its first page, or else the one with the most requests, those for static files only where there is nothing else; null: there is none. */
export function visitedOrigin(exchanges: readonly Exchange[]): string | null {
  return mainOrigin(exchanges.filter((exchange) => !isStaticFile(exchange))) ?? mainOrigin(exchanges);
}

/** That of the first page, or else the one with the most requests. */
function mainOrigin(exchanges: readonly Exchange[]): string | null {
  const page = exchanges.find(({ answer, resource }) => answer !== null && answer.status >= 200 && answer.status < 300 && (resource === 'document' || (resource === null && mimeType(answer.type) === 'text/html')));
  if (page !== undefined) return new URL(page.request.url).origin;
  const counts = new Map<string, number>();
  for (const { request } of exchanges) counts.set(new URL(request.url).origin, (counts.get(new URL(request.url).origin) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** What countries have names below, as `co.uk`. */
const secondLevels: ReadonlySet<string> = new Set('ac ad asn biz co com ed edu fin firm gen go gob gouv gov gr gv id in inc ind inf info k12 lg ltd me med mil mod name ne net nhs nic nom or org plc police pro res sch tm tv web'.split(' '));

/** `shop.example` of `https://api.shop.example:8080`: the last two labels, three below a country's `co.uk`; an address as a whole. */
export function siteOf(url: string): string {
  const { hostname } = new URL(url);
  if (/^[\d.]+$|^\[/u.test(hostname)) return hostname;
  const labels = hostname.split('.');
  const isBelow = labels.length > 2 && (labels.at(-1) ?? '').length === 2 && secondLevels.has(labels.at(-2) ?? '');
  return labels.slice(isBelow ? -3 : -2).join('.');
}

/** Where the client, following redirects, would ask for more than was recorded, or for something of another site, each request is one of its own. */
function visitsOf(exchanges: readonly Exchange[], isForeign: (url: string) => boolean): readonly Visit[] {
  const visits = redirectChains(exchanges).flatMap((chain): readonly Visit[] => {
    const [first, ...redirects] = chain;
    const last = chain.at(-1);
    if (first === undefined || last === undefined) return [];
    if (!isRedirect(last) && !chain.some(({ request }) => isForeign(request.url))) return [{ ...first, redirects, notFollowed: null }];
    return chain.map((exchange, index) => ({ ...exchange, redirects: [], notFollowed: whyNotFollowed(exchange, chain[index + 1], isForeign) }));
  });
  const places = new Map(exchanges.map(({ place }, index) => [place, index]));
  return visits.toSorted((a, b) => (places.get(a.place) ?? 0) - (places.get(b.place) ?? 0));
}

function whyNotFollowed(exchange: Exchange, next: Exchange | undefined, isForeign: (url: string) => boolean): string | null {
  if (!isRedirect(exchange)) return null;
  const target = redirectTarget(exchange);
  if (target !== null && isForeign(target)) return 'it leads to another site';
  // Logs do not say where to, and have what was asked for then.
  return next !== undefined || target === null ? 'where it leads is a request of its own' : 'the recording does not have where it leads';
}

/** Requests that only a redirect brought about go to the one that was redirected. */
function redirectChains(exchanges: readonly Exchange[]): readonly (readonly Exchange[])[] {
  const chains: Exchange[][] = [];
  for (const exchange of exchanges) {
    const url = absolute(exchange.request.url, exchange.request.url);
    const from = chains.slice(-50).findLast((chain) => {
      const last = chain.at(-1);
      return last !== undefined && redirectTarget(last) === url && (exchange.request.method === 'GET' || exchange.request.method === last.request.method);
    });
    if (from === undefined) chains.push([exchange]);
    else from.push(exchange);
  }
  return chains;
}

function isRedirect({ answer }: Exchange): boolean {
  return answer !== null && [301, 302, 303, 307, 308].includes(answer.status);
}

/** Null: there is none, or nobody knows where it leads. */
function redirectTarget(exchange: Exchange): string | null {
  const location = isRedirect(exchange) ? headerOf(exchange.answer?.headers ?? [], 'location') : null;
  return location === null ? null : absolute(location, exchange.request.url);
}

/** Without its fragment; null for what is no URL. */
function absolute(url: string, base: string): string | null {
  return URL.canParse(url, base) ? (new URL(url, base).href.split('#', 1)[0] ?? null) : null;
}

/** The answer that the client gives: that of where redirects led. */
export function finalAnswer({ answer, redirects }: Visit): RecordedAnswer | null {
  return redirects.at(-1)?.answer ?? answer;
}
