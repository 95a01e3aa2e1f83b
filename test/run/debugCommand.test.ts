/** `boomer-node debug`: one user in the main thread, whose requests are shown. */
import { boomer, folderWith, tidy } from '../cli/command.ts';
import { startHttpServer, type TestServer } from '../support/httpServer.ts';

let server: TestServer;
beforeAll(async () => (server = await startHttpServer((_request, response) => void response.end('{"hello":"world"}'))));
afterAll(async () => {
  await server.close();
  await tidy();
});

const scenario = (url: string): string => `
import { isMainThread } from 'node:worker_threads';
import { HttpUser, task } from 'boomer-node';
export const stages = ['1h:50'];
export class Shopper extends HttpUser {
  static host = '${url}';
  @task async hello() { console.log('main', isMainThread, this.environment.userIndex); await this.client.get('/hello'); }
  @task async pay() { throw new Error('no money'); }
}
export class Admin extends HttpUser { static host = '${url}'; @task async look() { await this.client.get('/admin'); } }
`;

it('runs one user, shows requests with their answers, and passes over how much load a test is', async () => {
  const folder = await folderWith({ 'scenario.ts': scenario(server.url), 'boomer.config.ts': 'export default { users: 50, rate: 100 };' });
  const { code, stdout, stderr } = await boomer(['debug', 'scenario.ts', 'Admin', '-i', '3'], { cwd: folder });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout + stderr).toMatch(/GET .*\/admin[\s\S]*"hello":"world"/u);
  expect(stderr).toContain('1 user, 1000 a second');
  expect(stderr).not.toContain('/hello');
});

it('runs one task once, with names of lines that were written', async () => {
  const folder = await folderWith({ 'scenario.ts': scenario(server.url) });
  const { code, stdout, stderr } = await boomer(['debug', 'scenario.ts', '--task', 'Shopper.hello'], { cwd: folder });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('main true 0');
  const failed = await boomer(['debug', 'scenario.ts', '--task=pay'], { cwd: folder });
  expect(failed.code).toBe(1);
  expect(failed.stdout + failed.stderr).toMatch(/no money/u);
});
