/** Commands in the pages about local runs: each is typed as it stands there, on a shorter time, against a server of the test. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { boomer, folderWith, root, tidy } from '../cli/command.ts';
import { startHttpServer, type TestServer } from '../support/httpServer.ts';

const pages = ['README.md', 'docs/without-a-master.md', 'docs/ci.md'];
const scenario = `
import { HttpUser, task } from 'boomer-node';
export class HelloWorldUser extends HttpUser {
  static host = 'HOST';
  waitTime = () => 0.05;
  @task async hello() { await this.client.get('/users', { name: '/users' }); }
}
`;

let server: TestServer;
beforeAll(async () => (server = await startHttpServer((_request, response) => void response.end('{}'))));
afterAll(async () => {
  await server.close();
  await tidy();
});

/** Of all `sh` blocks, continued lines joined, comments taken off. */
function commandsOf(page: string): readonly string[] {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/^```sh\n(.*?)^```$/gmsu)].map(([, text]) => text ?? '');
  const lines = blocks.flatMap((text) => text.replaceAll('\\\n', ' ').split('\n'));
  return lines.filter((line) => /^npx boomer-node (?:run|compare) /u.test(line)).map((line) => line.replace(/\s+#.*$/u, ''));
}

/** As a shell splits it; single quotes are all that the pages use. */
function words(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|\S+/gu)].map(([word, quoted]) => quoted ?? word);
}

test.each(pages)('%s', async (page) => {
  const commands = commandsOf(page);
  expect(commands.length).toBeGreaterThan(1);
  const text = scenario.replace('HOST', server.url);
  const folder = await folderWith({ 'scenario.ts': text, 'shop.ts': text });
  // What pages compare was made by commands before.
  const first = await boomer(['run', 'scenario.ts', '-i', '200', '-u', '10', '-r', '100', '--summary-export', 'base.json'], { cwd: folder });
  expect(first.code).toBe(0);
  const second = await boomer(['run', 'scenario.ts', '-i', '200', '-u', '10', '-r', '100', '--summary-export', 'head.json'], { cwd: folder });
  expect(second.code).toBe(0);
  for (const command of commands) {
    const args = words(command).slice(2).map((word) => (word.replace(/^http:\/\/localhost:8080(?=\/|$)/u, server.url)));
    const isCompare = args[0] === 'compare';
    const timeAt = args.indexOf('-t');
    const short = args.map((word, at) => (at === timeAt + 1 && timeAt >= 0 ? '2s' : word === '5s' ? '500ms' : word));
    const { code, stderr, stdout } = await boomer(short, { cwd: folder, env: { CI: 'true' } });
    // A regression between two runs of the same server is not for this test to judge, nor whether they are long enough.
    expect({ command, isFine: isCompare ? code === 0 || code === 1 || stdout.startsWith('INCONCLUSIVE') : code === 0, said: stderr + stdout }).toMatchObject({ isFine: true });
  }
});
