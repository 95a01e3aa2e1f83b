/** What a scenario's listeners hear of its requests and its test, and what HTTP clients are told once their user is there. */
import { isDeepStrictEqual } from 'node:util';
import { startHttpServer, type TestServer } from '../support/httpServer.ts';
import { runToEnd, tidy } from './running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startHttpServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/there' });
    response.end(request.headers.authorization ?? 'nobody');
  });
});
afterAll(async () => {
  await server.close();
  await tidy();
});

test.each(['HttpUser', 'FastHttpUser'])('%s: a token after the log-in, context and answers for listeners, a silent request, a row named by its answer', async (kind) => {
  const scenario = `
import { events, ${kind}, task } from 'boomer-node';
const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
events.request.add(({ name, response, context, error }) => say([name, response?.status ?? null, response?.history.length ?? null, context, error]));
const sayOnce = (name) => ({ threadIndex, runner }) => threadIndex === 0 && say([name, runner.userCount]);
events.testStopping.add(sayOnce('testStopping'));
events.testStop.add(sayOnce('testStop'));
events.resetStats.add(() => say(['resetStats']));
export class Member extends ${kind} {
  static host = '${server.url}/v1';
  context() { return { user: this.environment.userIndex, step: 0 }; }
  async onStart() {
    const answer = await this.client.get('/login', { silent: true });
    this.client.auth = { bearer: answer.text() };
    this.client.baseUrl = '${server.url}';
  }
  @task
  async walk() {
    await this.client.get('/moved', { name: '/moved', context: { step: 1 }, check: (response) => response.rename(response.text()) });
    await this.measure('own', 'work', () => undefined);
    try { this.client.token = 'x'; } catch (error) { say([error.code]); }
    await this.sleep(5);
  }
}
`;
  const run = await runToEnd(scenario, ['--reset-stats', '-t', '1s', '-q']);
  expect(run.stderr).not.toContain('Error');
  expect(server.requests.splice(0).map(({ url, headers }) => [url, headers.authorization])).toEqual([['/v1/login', undefined], ['/moved', 'Bearer nobody'], ['/there', 'Bearer nobody']]);
  const heard = run.stdout.split('\n').filter((line) => line.startsWith('["')).map((line): unknown => JSON.parse(line));
  expect(heard).toContainEqual(['resetStats']);
  expect(heard.filter((one) => !isDeepStrictEqual(one, ['resetStats']))).toEqual([
    ['Bearer nobody', 200, 1, { user: 0, step: 1 }, null],
    ['work', null, null, { user: 0, step: 0 }, null],
    ['unknown-client-property'],
    ['testStopping', 1],
    ['testStop', 0],
  ]);
});
