/**
 * Rows of both clients are named as Locust's own name them: each host with each URL, asked for by Locust's HttpSession and
 * FastHttpSession and by ours, of one and the same server.
 */
import { HttpClient } from '../../src/http/httpClient.ts';
import { engines } from '../support/engines.ts';
import { startHttpServer } from '../support/httpServer.ts';
import type { TestServer } from '../support/httpServer.ts';
import { recordingSink } from '../support/recordingSink.ts';
import { runPython } from '../support/runPython.ts';

type Case = readonly [host: string, url: string, params: Readonly<Record<string, string>> | null];

let server: TestServer;
let cases: readonly Case[];
let locust: Readonly<Record<string, readonly (string | null)[]>>;

beforeAll(async () => {
  server = await startHttpServer((_, response) => response.end('ok'));
  const authority = `127.0.0.1:${server.port}`;
  const other = `http://localhost:${server.port}`;
  const hosts = [`http://${authority}`, `HTTP://${authority}`, `http://${authority}/`, `http://${authority}/en/latest`, `http://${authority}/en/latest/`, `http://ada:secret@${authority}`, `http://ada:p%zz@${authority}`, `ws://${authority}`, authority];
  const urls = ['/hello', '/', '', '?q=1', '/hello?q=1', '/hello#part', '/a b', '/ü?k=é', '/{id}|^', '/a/../b', '/[1]', 'hello', `${other}/world`, `${other}/world?z=1#part`, other, `HTTP://${authority}/hello`, `ws://${authority}/hello`];
  cases = hosts.flatMap((host) => [...urls.map((url): Case => [host, url, null]), [host, '/hello', { page: '2' }], [host, '/hello?q=1', { page: '2' }], [host, `${other}/world`, { page: '2' }]]);
  locust = JSON.parse(await runPython('test/parity/rowNames.py', JSON.stringify(cases))) as typeof locust;
});

afterAll(() => server.close());

it.each(engines)('%s names its rows as in Locust', async (kind, engine) => {
  const theirs = locust[kind.replace('User', 'Session')] ?? [];
  expect(theirs).toHaveLength(cases.length);
  const named = async ([host, url, query]: Case): Promise<string | null> => {
    const sink = recordingSink();
    const client = new HttpClient({ engine, baseUrl: host, sink });
    await client.get(url, query === null ? {} : { query }).catch(() => null);
    client.close();
    return sink.rows[0]?.name ?? null;
  };
  const ours: (string | null)[] = [];
  for (const one of cases) ours.push(await named(one));
  // Where Locust's FastHttpUser goes its own way, ours does as its HttpUser: `//hello` is a path, and with a host that is no http(s) URL there is no request.
  const isOdd = ([host, url]: Case): boolean => engine.namesByUrl && !/^http:/iu.test(url) && (!/^http:/iu.test(host) || /\d\/$/u.test(host));
  const table = (names: readonly (string | null)[]): readonly string[] =>
    cases.flatMap((one, at) => (isOdd(one) ? [] : [`${one[0]} + ${one[1]}${one[2] === null ? '' : ' with params'} = ${names[at] ?? 'refused'}`]));
  // Of two slashes where host and path meet, Locust keeps both, which no target means.
  const isDoubled = ([host, url]: Case): boolean => host.endsWith('/') && url.startsWith('/');
  expect(table(ours)).toEqual(table(theirs.map((name, at) => (cases[at] !== undefined && isDoubled(cases[at]) ? (name?.replace('//', '/') ?? null) : name))));
});
