/**
 * A server and a scenario in whose every corner a secret lies, and which try to give orders to a CI, to move the cursor and to forge
 * lines of a log: the marks must not be in anything that leaves the process.
 */
import { startHttpServer, type TestServer } from './httpServer.ts';

/** Stands in each secret and nowhere else. */
export const secretMark = 'geheim';

/** Answers 404 with secrets, and orders, in headers and body. */
export async function startLeakyServer(): Promise<TestServer> {
  return await startHttpServer((_request, response) => {
    response.writeHead(404, 'Not here Bearer geheim-reason', {
      'content-type': 'application/json',
      location: 'http://ada:geheim-location@shop.example/?code=1&access_token=geheim-location',
      'set-cookie': 'sid=geheim-cookie',
      'x-csrf-token': 'geheim-header',
    });
    const body = { tokens: ['geheim-list'], nested: { secret: { deep: ['geheim-deep'] } }, password: 'geheim-body' };
    response.end(`${JSON.stringify(body)}\n::add-mask::x\n  ::stop-commands::y\n##[group]z\n\u001b[2J\u001b]0;title\u0007`);
  });
}

/** Credentials are given as a scenario's author would: in the host, in URLs, headers, proxies, errors. */
export function leakyScenario(url: string, className: string): string {
  const authority = url.replace('http://', '');
  return `import { FastHttpUser, HttpUser, task, stopTest } from 'boomer-node';
const orders = '\\n::error::forged\\n \\t::add-mask::z\\n##[warning]z\\n[2026-11-02 07:08:09,045] host/INFO/boomer: forged\\n\\u001b[2J';
export class ${className} extends HttpUser {
  static host = 'http://ada:geheim-host@${authority}';
  waitTime = () => 0.01;
  @task async query() { await this.client.get('/query?token=geheim-query', { name: '/query', headers: { 'x-api-key': 'geheim-key', referer: 'http://ada:geheim-referer@h/' } }); }
  @task async own() { await this.client.get('/own', { check: (response) => 'wanted {"token":"geheim-check"}, got ' + response.text() + orders }); }
  @task async form() { await this.client.post('/form', { form: { user: 'ada', password: 'geheim-form' }, auth: { username: 'ada', password: 'geheim-auth' } }); }
  @task async measured() {
    await this.measure('db', 'query', async () => { throw new Error('cannot reach postgres://ada:geheim-dsn@db/shop' + orders); });
  }
  @task recorded() { this.record({ type: '::error::', name: 'x ##[error]', elapsedMs: 1, error: 'login with password=geheim-record failed' + orders }); }
  @task thrown() { throw new Error('GET http://ada:geheim-thrown@h/?api_key=geheim-thrown with Authorization: Bearer geheim-thrown' + orders); }
  @task thrownObject() { throw { status: 401, tokens: ['geheim-object'], session: { id: 'geheim-object' } }; }
  @task printed() { console.log('the target said' + orders.replace(/\\n\\[.*/, '')); console.error('::error::' + orders.replace(/\\n\\[.*/, '')); }
}
export class Fast${className} extends FastHttpUser {
  static host = 'http://ada:geheim-host@${authority}';
  waitTime = () => 0.01;
  @task async query() { await this.client.get('/query?token=geheim-query', { name: '/query' }); }
  @task async refused() { await this.client.get('http://ada:geheim-name@${authority}/absolute'); }
}
export class Proxied${className} extends HttpUser {
  static host = 'http://${authority}';
  static http = { proxy: 'http://ada:geheim-proxy@127.0.0.1:1' };
  waitTime = () => 0.01;
  @task async proxied() { await this.client.get('/proxied'); }
}
`;
}

/** What GitHub's runner would obey in this text (actions/runner, ActionCommand.cs), Azure and TeamCity likewise. */
export function ordersIn(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/u).filter((line) => line.trim().startsWith('::') || /##\w*\[/u.test(line));
}

/** Control characters other than line ends and tabs. */
export function controlsIn(text: string): readonly string[] {
  return text.match(/[^\P{Cc}\n\t]/gu) ?? [];
}
