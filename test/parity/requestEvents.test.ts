/** What listeners of `request` hear of a request: its answer, its context, and a row that was named by its answer, with Locust's clients and with ours. */
import { HttpClient } from '../../src/http/httpClient.ts';
import { engines } from '../support/engines.ts';
import { startHttpServer, type TestServer } from '../support/httpServer.ts';
import { recordingSink } from '../support/recordingSink.ts';
import { runPython } from '../support/runPython.ts';

type Step = readonly [path: string, context: Readonly<Record<string, unknown>> | null, renamed: string | null];

const steps: readonly Step[] = [
  ['/hello', null, null],
  ['/hello', { step: 1 }, null],
  ['/hello', { other: [1, 'b'] }, '/renamed'],
  ['/moved', { step: 2 }, null],
  ['/missing', null, null],
  ['/missing', { tenant: 'b' }, '/[missing]'],
];

let server: TestServer;
let locust: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  server = await startHttpServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/hello' });
    if (request.url === '/missing') response.writeHead(404);
    response.end('ok');
  });
  locust = JSON.parse(await runPython('test/parity/requestEvents.py', JSON.stringify({ host: server.url, steps }))) as typeof locust;
});

afterAll(() => server.close());

it.each(engines)('%s tells what Locust tells', async (kind, engine) => {
  const sink = recordingSink();
  const client = new HttpClient({ engine, baseUrl: server.url, sink, context: () => ({ tenant: 'a', step: 0 }) });
  for (const [path, context, renamed] of steps) {
    const given = context === null ? {} : { context };
    if (renamed === null) {
      await client.get(path, given);
    } else {
      await using response = await client.get(path, { ...given, catchResponse: true });
      response.rename(renamed);
    }
  }
  client.close();
  const ours = sink.rows.map(({ name, error }, at) => [name, sink.told[at]?.response.status, sink.told[at]?.context, error !== null]);
  expect(ours).toEqual(locust[kind.replace('User', 'Session')]);
});
