/**
 * A small shop that takes nothing for granted: a log-in with a form and its CSRF token, an API with tokens from a page, from JSON, from a cookie and
 * from a header, ids that are new for each visitor. What comes with a token of somebody else's, or with one that was used up, is refused. Its pages
 * work in a browser. And a client that walks through it and records that.
 */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { har, type HarEntry } from './har.ts';
import { startHttpServer, type SeenRequest, type TestServer } from './httpServer.ts';

type Visitor = { csrf: string | null; readonly xsrf: string; readonly api: string; readonly item: number; readonly cart: string; readonly etag: string; user: string | null; order: string | null };
type Reply = { readonly status?: number; readonly type?: string; readonly text?: string; readonly headers?: Readonly<Record<string, string | string[]>> };


export type Shop = TestServer & {
  /** `POST /api/order: wrong token`, of each request that was refused. */
  readonly refused: readonly string[];
  /** Orders that were placed, by user. */
  readonly orders: readonly string[];
  /** Sessions and tokens that were handed out. */
  readonly secrets: readonly string[];
};

/** Its passwords are `pw-` and the user's name. */
export async function startShop(): Promise<Shop> {
  const visitors = new Map<string, Visitor>();
  const refused: string[] = [];
  const orders: string[] = [];
  const secrets: string[] = [];
  const noted = (secret: string): string => {
    secrets.push(secret);
    return secret;
  };
  const token = (): string => noted(randomBytes(18).toString('base64url'));
  const reply = (request: SeenRequest): Reply => {
    const path = request.url.split('?', 1)[0] ?? '';
    if (path === '/favicon.ico') return { status: 204 };
    if (path === '/shop.css') return { type: 'text/css', text: 'body { font-family: sans-serif }' };
    const known = visitors.get(/sid=([\w-]+)/u.exec(request.headers.cookie ?? '')?.[1] ?? '');
    const no = (why: string): Reply => {
      refused.push(`${request.method} ${request.url}: ${why}`);
      return { status: 403, text: why };
    };
    if (known === undefined) {
      if (path !== '/' && path !== '/login') return no('no session');
      const id = noted(randomUUID());
      const visitor: Visitor = { csrf: null, xsrf: token(), api: token(), item: randomInt(1_000, 9_999), cart: randomUUID(), etag: `"${randomUUID()}"`, user: null, order: null };
      visitors.set(id, visitor);
      return { ...page(path, visitor, token), headers: { 'set-cookie': [`sid=${id}; Path=/; HttpOnly`, `XSRF-TOKEN=${visitor.xsrf}; Path=/`] } };
    }
    const body = request.body.toString();
    const json = request.headers['content-type'] === 'application/json' ? (JSON.parse(body) as Record<string, unknown>) : {};
    const form = new URLSearchParams(body);
    const isApi = known.user !== null && request.headers.authorization === `Bearer ${known.api}`;
    switch (`${request.method} ${path}`) {
      case 'POST /login':
        if (known.csrf === null || form.get('csrf') !== known.csrf) return no('wrong csrf');
        known.csrf = null;
        if (form.get('password') !== `pw-${form.get('user') ?? ''}`) return no('wrong password');
        known.user = form.get('user');
        return { status: 302, headers: { location: '/account' } };
      case 'GET /api/items':
        return isApi ? { type: 'application/json', text: JSON.stringify({ total: 2, items: [{ id: known.item + 1, name: 'chair' }, { id: known.item, name: 'lamp' }], cart: { cartId: known.cart } }) } : no('wrong api token');
      case `GET /item/${known.item}`:
        return { text: '<h1>A lamp</h1>', headers: { 'x-item-version': known.etag } };
      case `POST /api/carts/${known.cart}/items`:
        if (!isApi || request.headers['x-xsrf-token'] !== known.xsrf) return no('wrong tokens');
        if (json['itemId'] !== known.item || request.headers['if-match'] !== known.etag) return no('wrong item');
        known.order = token();
        return { status: 201, type: 'application/json', text: JSON.stringify({ next: { orderToken: known.order } }) };
      case 'POST /api/orders':
        if (!isApi || known.order === null || json['orderToken'] !== known.order) return no('wrong order token');
        known.order = null;
        orders.push(known.user ?? '');
        return { status: 303, headers: { location: `/orders/${known.item * 7}?receipt=${known.api.slice(0, 12)}` } };
      case `GET /orders/${known.item * 7}`:
      case `GET /orders/${known.item * 7}/invoice`:
        return { text: 'thank you' };
      default:
        return request.method === 'GET' && ['/', '/login', '/account', '/search'].includes(path) ? page(path, known, token) : no('unknown');
    }
  };
  const server = await startHttpServer((request, response) => {
    const { status = 200, type = 'text/html', text = '', headers = {} } = reply(request);
    response.writeHead(status, { 'content-type': type, ...headers }).end(text);
  });
  return { ...server, refused, orders, secrets };
}

/** What a browser does with an account: the requests of `recordedVisit`, from the page's own script. */
const script = `
const headers = { authorization: 'Bearer ' + state.api };
const json = (body) => ({ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) });
// To its end: a browser says nothing of the end of a body that nobody reads.
async function read(...request) {
  const answer = await fetch(...request);
  await answer.text();
  return answer;
}
async function order() {
  const { items, cart } = await (await fetch('/api/items', { headers })).json();
  const [, lamp] = items;
  const item = await read('/item/' + lamp.id);
  const version = item.headers.get('x-item-version');
  const put = json({ itemId: lamp.id, count: 1 });
  Object.assign(put.headers, { 'x-xsrf-token': document.cookie.match(/XSRF-TOKEN=([^;]*)/)[1], 'if-match': version });
  const { next } = await (await fetch('/api/carts/' + cart.cartId + '/items', put)).json();
  const placed = await read('/api/orders', json({ orderToken: next.orderToken, requestId: crypto.randomUUID() }));
  document.body.innerHTML += '<a id="invoice" href="' + placed.url.split('?')[0] + '/invoice">invoice</a>';
}`;

function page(path: string, visitor: Visitor, token: () => string): Reply {
  const html = (title: string, body: string): Reply => ({ text: `<!doctype html><html><head><title>${title}</title><link rel="stylesheet" href="/shop.css"></head><body>${body}</body></html>` });
  switch (path) {
    case '/login':
      visitor.csrf = token();
      return html('Log in', `<form method="post"><input name='user'><input type="password" name="password"><input type="hidden" value="${visitor.csrf}" name="csrf"><button id="send">log in</button></form>`);
    case '/account':
      return html('Your account', `<p>Hello ${visitor.user ?? ''}</p><button id="order" onclick="order()">order</button><script>window.state = {"lang":"de","api":"${visitor.api}"};${script}</script>`);
    default:
      return html('Shop', '<h1>Shop</h1><form action="/search"><input name="q"><input type="hidden" name="page" value="1"><button id="search">search</button></form><a id="login" href="/login">log in</a>');
  }
}

/** Walks through the shop as a browser would, and records it. */
export async function recordedVisit(url: string, user: string, search: string): Promise<string> {
  const entries: HarEntry[] = [];
  const cookies = new Map<string, string>();
  let at = 0;
  const go = async (method: string, path: string, options: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly type?: string } = {}): Promise<{ readonly text: string; readonly headers: Headers; readonly url: string }> => {
    const { headers = {}, body, type } = options;
    const sent = { ...headers, ...(type === undefined ? {} : { 'content-type': type }), ...(cookies.size === 0 ? {} : { cookie: Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ') }) };
    const answer = await fetch(url + path, { method, headers: sent, redirect: 'manual', ...(body === undefined ? {} : { body }) });
    for (const line of answer.headers.getSetCookie()) cookies.set(line.split('=', 1)[0] ?? '', /=([^;]*)/u.exec(line)?.[1] ?? '');
    const text = await answer.text();
    const isApi = path.startsWith('/api');
    at += isApi ? 0.15 : 0.4;
    entries.push({ method, url: url + path, headers: sent, status: answer.status, answer: text, type: answer.headers.get('content-type') ?? '', answerHeaders: [...answer.headers], at, resource: isApi ? 'fetch' : 'document', ...(body === undefined ? {} : { body: { mimeType: type ?? '', text: body } }) });
    const location = answer.headers.get('location');
    return location === null ? { text, headers: answer.headers, url: path } : go('GET', location);
  };
  await go('GET', '/');
  await go('GET', `/search?q=${search}&page=1&_=${Date.parse('2026-11-29T10:00:00Z')}`);
  const form = await go('GET', '/login');
  const csrf = /value="([^"]+)"/u.exec(form.text)?.[1] ?? '';
  const account = await go('POST', '/login', { type: 'application/x-www-form-urlencoded', body: new URLSearchParams({ user, password: `pw-${user}`, csrf }).toString() });
  const api = { authorization: `Bearer ${/"api":"([^"]+)"/u.exec(account.text)?.[1] ?? ''}` };
  const items = JSON.parse((await go('GET', '/api/items', { headers: api })).text) as { items: { id: number }[]; cart: { cartId: string } };
  const itemId = items.items[1]?.id ?? 0;
  const item = await go('GET', `/item/${itemId}`);
  const headers = { ...api, 'x-xsrf-token': cookies.get('XSRF-TOKEN') ?? '', 'if-match': item.headers.get('x-item-version') ?? '' };
  const added = await go('POST', `/api/carts/${items.cart.cartId}/items`, { headers, type: 'application/json', body: JSON.stringify({ itemId, count: 1 }) });
  const { next } = JSON.parse(added.text) as { next: { orderToken: string } };
  const order = await go('POST', '/api/orders', { headers: api, type: 'application/json', body: JSON.stringify({ orderToken: next.orderToken, requestId: randomUUID() }) });
  await go('GET', `${order.url.split('?', 1)[0] ?? ''}/invoice`);
  return har(entries);
}
