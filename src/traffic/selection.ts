/**
 * Which requests of a recording are the users' own: those that the site was sent to do something. What a browser fetches to draw a page, asks
 * other sites for, or asks by itself (preflights) is counted and left out; redirects are followed by the client.
 */
import { counted } from '../util/counted.ts';
import { headerOf, mimeType, type Exchange, type RecordedAnswer } from './recording.ts';

/** What to keep that is left out otherwise. */
export type Choice = { readonly keepsStatic: boolean; readonly keepsThirdParties: boolean; readonly keepsPreflights: boolean };

/** A request with all that followed from it alone. */
export type Visit = Exchange & {
  /** Where redirects led, in order; empty without any. */
  readonly redirects: readonly Exchange[];
  /** False: the client is not to follow, as that leads to a site that was left out. */
  readonly isFollowed: boolean;
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
  const main = host ?? mainOrigin(requests.filter((exchange) => !isStaticFile(exchange))) ?? mainOrigin(requests);
  const isForeign = ({ request }: Exchange): boolean => !keepsThirdParties && main !== null && siteOf(request.url) !== siteOf(main);
  const visits = withRedirects(requests)
    .filter((visit) => (isForeign(visit) ? leaveOut('foreign', visit) : isStatic(visit) ? leaveOut('static', visit) : true))
    .map((visit) => ({ ...visit, isFollowed: !visit.redirects.some(isForeign) }));
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

/** That of the first page, or else the one with the most requests. */
function mainOrigin(exchanges: readonly Exchange[]): string | null {
  const page = exchanges.find(({ answer, resource }) => answer !== null && answer.status >= 200 && answer.status < 300 && (resource === 'document' || (resource === null && mimeType(answer.type) === 'text/html')));
  if (page !== undefined) return new URL(page.request.url).origin;
  const counts = new Map<string, number>();
  for (const { request } of exchanges) counts.set(new URL(request.url).origin, (counts.get(new URL(request.url).origin) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** `shop.example` of `https://api.shop.example:8080`: the last two labels, three below a country's `co.uk`; an address as a whole. */
function siteOf(url: string): string {
  const { hostname } = new URL(url);
  if (/^[\d.]+$|^\[/u.test(hostname)) return hostname;
  const labels = hostname.split('.');
  const isShort = labels.length > 2 && (labels.at(-1) ?? '').length === 2 && (labels.at(-2) ?? '').length <= 3;
  return labels.slice(isShort ? -3 : -2).join('.');
}

/** Requests that only a redirect brought about go to the one that was redirected. */
function withRedirects(exchanges: readonly Exchange[]): readonly Visit[] {
  const visits: { first: Exchange; readonly redirects: Exchange[] }[] = [];
  for (const exchange of exchanges) {
    const from = visits.slice(-50).toReversed().find(({ first, redirects }) => {
      const last = redirects.at(-1) ?? first;
      return redirectTarget(last.request.url, last.answer) === withoutFragment(exchange.request.url) && (exchange.request.method === 'GET' || exchange.request.method === last.request.method);
    });
    if (from === undefined) visits.push({ first: exchange, redirects: [] });
    else from.redirects.push(exchange);
  }
  return visits.map(({ first, redirects }) => ({ ...first, redirects, isFollowed: true }));
}

function redirectTarget(url: string, answer: RecordedAnswer | null): string | null {
  if (answer === null || ![301, 302, 303, 307, 308].includes(answer.status)) return null;
  const location = headerOf(answer.headers, 'location');
  return location === null || !URL.canParse(location, url) ? null : withoutFragment(new URL(location, url).href);
}

function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? url;
}

/** The answer that the client gives: the last redirect's. */
export function finalAnswer({ answer, redirects, isFollowed }: Visit): RecordedAnswer | null {
  return isFollowed ? (redirects.at(-1)?.answer ?? answer) : answer;
}
