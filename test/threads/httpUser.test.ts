/** HttpUser in a real worker: settings of the class, open verdicts, and samples of failures at the master. */
import { errorsOf, session, sumOf } from '../conformance/session.ts';
import { fieldsOf } from '../support/fakeMaster.ts';
import { startHttpServer } from '../support/httpServer.ts';
import type { Answer, TestServer } from '../support/httpServer.ts';
import { until } from '../support/until.ts';

const scenario = 'test/fixtures/httpFeatures.ts';
const users = 5;

let server: TestServer;

const table: Answer = (request, response) => {
  if (request.url === '/login') response.setHeader('set-cookie', 'sid=geheim; Path=/');
  if (request.url === '/500') response.writeHead(500, { 'x-request-id': '7' });
  response.end(request.url.startsWith('/json') ? '{"total":3}' : request.url === '/500' ? '{"why":"no db","password":"geheim"}' : 'ok');
};

beforeEach(async () => {
  server = await startHttpServer(table);
});

afterEach(() => server.close());

const seenCount = (path: string): number => server.requests.filter(({ url }) => url.split('?')[0] === path).length;

it('records every request once, however its verdict was left, and shows the first failures', async () => {
  await session({ scenario }, async (run) => {
    await run.spawn({ Judging: users }, { host: server.url, stopTimeoutSec: 5 });
    await until('enough requests', () => server.requests.length > 300);
    await run.stop();
    const reports = run.master.of('stats');
    expect(sumOf(reports, 'num_requests')).toBe(server.requests.length);
    const requests = (name: string): number => sumOf(reports, 'num_requests', name);
    const failures = (name: string): number => sumOf(reports, 'num_failures', name);
    expect(requests('/item/[id]')).toBe(seenCount('/item/1') + seenCount('/item/2'));
    expect(failures('/item/[id]')).toBe(seenCount('/item/1'));
    expect(requests('/hook')).toBe(users);
    expect(requests('/goodbye')).toBe(users);
    expect(requests('/json?_=...')).toBe(requests('/json?access_token=geheim'));
    expect(failures('/500')).toBe(seenCount('/500'));
    expect(new Set(errorsOf(reports).map(([, error]) => error['error']))).toEqual(
      new Set([`CatchResponseError('never good enough')`, `HTTPError('500 Server Error: Internal Server Error for url: /500')`]),
    );
    expect(server.requests.filter(({ headers }) => headers['x-class'] !== 'judging')).toEqual([]);
    expect(server.requests.filter(({ url, headers }) => url !== '/login' && headers.cookie !== 'sid=geheim')).toEqual([]);

    const exceptions = run.master.of('exception').map(fieldsOf);
    const samples = exceptions.filter(({ traceback }) => String(traceback).startsWith('Failure sample'));
    expect(samples.map(({ traceback }) => traceback).sort()).toEqual(
      [1, 2, 3].flatMap((at) => [
        `Failure sample ${at} of GET /500: HTTPError('500 Server Error: Internal Server Error for url: /500')`,
        `Failure sample ${at} of GET /item/[id]: CatchResponseError('never good enough')`,
      ]).sort(),
    );
    const shown = String(samples.find(({ traceback }) => String(traceback).includes('/500'))?.['msg']);
    // Line breaks collapse there: one line, the title first.
    expect(shown).toMatch(/^Failure sample \d of GET \/500: HTTPError\('500 Server Error: Internal Server Error for url: \/500'\) \| GET http/u);
    expect(shown).not.toContain('\n');
    expect(shown).toContain(` | GET ${server.url}/500 | 500 Internal Server Error, `);
    expect(run.output()).toMatch(/WARNING.*: failed requests, shown in full in the master's Exceptions tab: GET \/500: HTTPError/u);
    expect(run.output().match(/failed requests, shown in full/gu)).toHaveLength(2);
    expect(run.output()).not.toMatch(/an error escaped a task:\s+Failure sample/u);
    expect(shown).toContain('> x-api-key: [redacted]');
    expect(shown).toContain('> cookie: [redacted]');
    expect(shown).toContain('< x-request-id: 7');
    expect(shown).toContain('{"why":"no db","password":"[redacted]"}');
    expect(exceptions.filter(({ msg }) => String(msg).includes('geheim'))).toEqual([]);
    expect(run.output()).not.toMatch(/without await|not awaited/u);
  });
});

it('shows no failures when told so', async () => {
  await session({ scenario, flags: ['--failure-samples', '0'] }, async (run) => {
    await run.spawn({ Judging: 1 }, { host: server.url });
    await until('enough requests', () => seenCount('/500') > 3);
    await run.stop();
    expect(run.master.of('exception').map((frame) => fieldsOf(frame)['traceback']).filter((trace) => String(trace).startsWith('Failure sample'))).toEqual([]);
  });
});
