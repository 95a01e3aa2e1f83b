/** `boomer-node run URL…`: what a scenario has, without one; and the scenario that `--save` keeps. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { complaintsAbout } from '../support/compile.ts';
import { boomer, folderWith, tidy } from '../cli/command.ts';
import { startPages, type TestServer } from '../support/httpServer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startPages();
});
beforeEach(() => void server.requests.splice(0));
afterAll(async () => {
  await server.close();
  await tidy();
});

it('requests URLs, and judges and reports them as those of a scenario', async () => {
  const folder = await folderWith({});
  const args = ['-u', '4', '-i', '40', '--threshold', 'GET /users: count>0', '--threshold', 'GET /users: p(95)<0.001', '--summary-export', 'summary.json', '--junit', 'junit.xml'];
  const { code, stderr } = await boomer(['run', `${server.url}/users`, `${server.url}/x?a=1`, ...args], { cwd: folder });
  expect(code).toBe(99);
  expect(stderr).toMatch(/✓ GET \/users: count>0/u);
  expect(stderr).toMatch(/generator: /u);
  const summary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as { rows: { method: string; name: string; numRequests: number }[] };
  expect(summary.rows.map(({ method, name }) => `${method} ${name}`)).toEqual(['GET /users', 'GET /x?a=1']);
  expect(summary.rows.reduce((sum, { numRequests }) => sum + numRequests, 0)).toBe(40);
  expect(server.requests.length).toBe(40);
  expect(await readFile(join(folder, 'junit.xml'), 'utf8')).toContain('GET /users');
});

it('sends a method, headers and a body from a file; a status of 400 or more is a failure', async () => {
  const folder = await folderWith({ 'body.json': '{"a":"ä"}' });
  const { code } = await boomer(['run', `${server.url}/broken`, '-X', 'PUT', '--header', 'X-Tenant: acme', '--body', '@body.json', '-i', '1', '-q'], { cwd: folder });
  expect(code).toBe(1);
  expect(server.requests).toMatchObject([{ method: 'PUT', url: '/broken', headers: { 'x-tenant': 'acme', 'content-type': 'application/json' } }]);
  expect(String(server.requests[0]?.body)).toBe('{"a":"ä"}');
});

it.each(['kept/scenario.ts', 'scenario.js'])('keeps a scenario to go on from, which runs by itself: %s', async (file) => {
  const folder = await folderWith({ 'body file.json': '[1]' });
  const first = await boomer(['run', `${server.url}/a`, '--body', '@body file.json', '--save', file, '-i', '1', '-q'], { cwd: folder });
  expect(first).toMatchObject({ code: 0 });
  const second = await boomer(['run', file, '-i', '1', '-q'], { cwd: folder });
  expect(second).toMatchObject({ code: 0 });
  expect(server.requests.map(({ method, url, body }) => [method, url, String(body)])).toEqual([['POST', '/a', '[1]'], ['POST', '/a', '[1]']]);
  if (file.endsWith('.ts')) expect(complaintsAbout({ 'scenario.ts': await readFile(join(folder, file), 'utf8') })).toEqual([]);
  const third = await boomer(['run', `${server.url}/a`, '--save', file, '-i', '1', '-q'], { cwd: folder });
  expect(third.code).toBe(2);
  expect(third.stderr).toContain('--save expects a file that is not there yet');
});

it('says what a worker needs in place of a URL', async () => {
  const { code, stderr } = await boomer(['worker', `${server.url}/a`]);
  expect(code).toBe(2);
  expect(stderr).toContain('--save scenario.ts makes one of it');
});
