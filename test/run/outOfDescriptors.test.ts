/** A process that has no file descriptors left: both engines and a scenario's own client fail, and the run says whose fault it is. */
import { execFile } from 'node:child_process';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { folderWith, program, tidy } from '../cli/command.ts';
import type { SummaryFile } from '../../src/outputs/summary.ts';
import { readFile } from 'node:fs/promises';

let server: Server;

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.close();
  await tidy();
});

/** Nine users hold all descriptors there are; requests on new connections fail from then on. */
const scenario = (port: number): string => `
import { connect } from 'node:net';
import { FastHttpUser, HttpUser, User, constant, task } from 'boomer-node';
const held = [];
export class Hoarder extends User {
  waitTime = constant(0.002);
  @task
  async hold() {
    await this.measure('tcp', 'connect', () => new Promise((resolve, reject) => {
      const socket = connect(${port}, '127.0.0.1');
      socket.once('connect', () => { held.push(socket); resolve(undefined); });
      socket.once('error', reject);
    })).catch(() => undefined);
  }
  onStop() { for (const socket of held.splice(0)) socket.destroy(); }
}
const head = { headers: { connection: 'close' } };
export class Undici extends HttpUser {
  static host = 'http://127.0.0.1:${port}';
  waitTime = constant(0.01);
  @task async get() { await this.client.get('/undici', head); }
}
export class Fast extends FastHttpUser {
  static host = 'http://127.0.0.1:${port}';
  waitTime = constant(0.01);
  @task async get() { await this.client.get('/fast', head); }
}
`;

test('EMFILE is named, with what to do, in the trust line and the verdict', async () => {
  const folder = await folderWith({ 'scenario.ts': scenario((server.address() as AddressInfo).port) });
  const args = [program, 'run', 'scenario.ts', '--threads', '1', '-u', '9', '-r', '100', '-t', '3s', '--exit-code-on-error', '0', '--fail-on-untrusted', '--summary-export', 'summary.json'];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:LOCUST_|BOOMER_|NODE_OPTIONS$)/u.test(name)));
  const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = execFile('bash', ['-c', 'ulimit -n 120; exec "$0" "$@"', process.execPath, ...args], { cwd: folder, env, timeout: 30_000 }, (_error, _stdout, text) => resolve({ code: child.exitCode, stderr: text }));
  });
  const summary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as SummaryFile;
  const failed = new Map(summary.errors.map(({ method, name, error }) => [`${method} ${name}`, error]));
  expect([...failed.keys()].sort()).toEqual(['GET /fast', 'GET /undici', 'tcp connect']);
  for (const error of failed.values()) expect(error).toContain('EMFILE');
  expect(summary.trust).toMatchObject({ isTrusted: false, ownFailures: [{ code: 'EMFILE', count: summary.total.numFailures }] });
  expect(stderr).toMatch(/generator: \d+ requests failed with EMFILE, .*ulimit -n/u);
  expect(stderr).not.toContain('generator: on time');
  expect(stderr).toMatch(/\d+ of \d+ requests failed, \d+ of them for want of the generator's own \(EMFILE\)/u);
  expect(stderr).toMatch(/WARNING.*requests? failed with EMFILE/u);
  expect(code).toBe(1);
});
