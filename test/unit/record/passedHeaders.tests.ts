/** Headers on their way through the proxy. */
import { returnedHeaders, sentHeaders, type Route } from '../../../src/record/passedHeaders.ts';

const route = (target: string, more: Partial<Route> = {}): Route => ({ target: new URL(target), keepsHost: false, seen: new URL('http://127.0.0.1:8080'), ...more });
const plain = { isChunked: false, upgrade: null };
const shop = route('https://shop.example');

describe('headers of a request', () => {
  it('name the target where they named the proxy', () => {
    const sent = sentHeaders([['Host', '127.0.0.1:8080'], ['Origin', 'http://127.0.0.1:8080'], ['Referer', 'http://127.0.0.1:8080/a?b'], ['X-A', 'http://127.0.0.1:8080']], shop, plain);
    expect(sent).toEqual([['Host', 'shop.example'], ['Origin', 'https://shop.example'], ['Referer', 'https://shop.example/a?b'], ['X-A', 'http://127.0.0.1:8080']]);
    const foreign = [['Host', 'x'], ['origin', 'null'], ['referer', 'http://127.0.0.1:80801/']] as const;
    expect(sentHeaders(foreign, { ...shop, keepsHost: true }, plain)).toEqual(foreign);
    expect(sentHeaders([], shop, plain)).toEqual([['Host', 'shop.example']]);
  });

  it('of a connection are its own', () => {
    const sent = sentHeaders([['Host', 'x'], ['Connection', 'keep-alive, X-Own, Host'], ['Keep-Alive', '5'], ['X-Own', '1'], ['TE', 'trailers, deflate'], ['Transfer-Encoding', 'chunked'], ['Upgrade', 'h2c']], shop, { isChunked: true, upgrade: null });
    expect(sent).toEqual([['Host', 'shop.example'], ['TE', 'trailers'], ['Transfer-Encoding', 'chunked']]);
    expect(sentHeaders([['Host', 'x'], ['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ['Sec-WebSocket-Key', 'k']], shop, { isChunked: false, upgrade: 'websocket' })).toEqual([['Host', 'shop.example'], ['Sec-WebSocket-Key', 'k'], ['Connection', 'Upgrade'], ['Upgrade', 'websocket']]);
  });
});

describe('headers of an answer', () => {
  const returned = (name: string, value: string, own: Route = shop): string | undefined => returnedHeaders([[name, value]], own)[0]?.[1];

  it.each([
    ['https://shop.example/a?b#c', 'http://127.0.0.1:8080/a?b#c'],
    ['https://shop.example', 'http://127.0.0.1:8080'],
    ['HTTPS://SHOP.example:443/A', 'http://127.0.0.1:8080/A'],
    ['//shop.example/a', 'http://127.0.0.1:8080/a'],
    ['/a', '/a'],
    ['a?next=https://shop.example/', 'a?next=https://shop.example/'],
    // Another site, another scheme: the proxy would answer for what it is not.
    ['https://login.shop.example/', 'https://login.shop.example/'],
    ['http://shop.example/', 'http://shop.example/'],
    ['https://', 'https://'],
  ])('send a browser to the proxy in place of the target: %s', (location, expected) => {
    expect(returned('Location', location)).toBe(expected);
    expect(returned('content-location', location)).toBe(expected);
    expect(returned('Refresh', `5; url=${location}`)).toBe(`5; url=${expected}`);
  });

  it.each([
    ['sid=1; Path=/; HttpOnly', 'sid=1; Path=/; HttpOnly'],
    ['sid=a=b; Domain=shop.example; Path=/', 'sid=a=b; Path=/'],
    ['sid=1;domain=.example', 'sid=1'],
    ['sid=1; Domain=other.example', 'sid=1; Domain=other.example'],
    ['sid=1; Secure; SameSite=None', 'sid=1'],
    ['sid=1; SameSite=Lax', 'sid=1; SameSite=Lax'],
    ['__Host-sid=1; Path=/; Secure', '__Host-sid=1; Path=/; Secure'],
  ])('bring cookies that a browser keeps for the proxy: %s', (cookie, expected) => {
    expect(returned('Set-Cookie', cookie)).toBe(expected);
  });

  it('leave cookies of a target without TLS as secure as they are', () => {
    expect(returned('set-cookie', 'sid=1; Secure', route('http://shop.example'))).toBe('sid=1; Secure');
  });

  it('allow to the proxy what they allow to the target', () => {
    expect(returned('Access-Control-Allow-Origin', 'https://shop.example')).toBe('http://127.0.0.1:8080');
    expect(returned('Access-Control-Allow-Origin', '*')).toBe('*');
    expect(returned('Content-Security-Policy', "default-src 'self' https://shop.example/a; connect-src wss://shop.example shop.example https://cdn.example")).toBe("default-src 'self' http://127.0.0.1:8080/a; connect-src ws://127.0.0.1:8080 http://127.0.0.1:8080 https://cdn.example");
  });

  it('are left alone when the client does not say what it calls the proxy, but for those of the connection', () => {
    const headers = [['Location', 'https://shop.example/'], ['Connection', 'close']] as const;
    expect(returnedHeaders(headers, { ...shop, seen: null })).toEqual([['Location', 'https://shop.example/']]);
  });
});
