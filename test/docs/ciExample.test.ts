/** The workflow in examples/ci: its commands, with fewer requests, and its own scenario. */
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boomer, folderWith, root, tidy } from '../cli/command.ts';
import { startHttpServer } from '../support/httpServer.ts';

afterAll(tidy);

test('loads, reports, and compares', async () => {
  const workflow = await readFile(join(root, 'examples/ci/load-test.yml'), 'utf8');
  const load = /^ {8}run: >\n((?: {10}.*\n)+)/mu.exec(workflow)?.[1]?.trim().split(/\s+/u) ?? [];
  const compare = /run: npx boomer-node (compare .*)$/mu.exec(workflow)?.[1]?.split(' ') ?? [];
  expect(load.slice(0, 3)).toEqual(['npx', 'boomer-node', 'run']);
  const server = await startHttpServer((_request, response) => void response.end('{}'));
  try {
    // Its limits are of a target on a machine of its own: here everything may take what the machine takes.
    const scenario = (await readFile(join(root, 'examples/ci/shop.ts'), 'utf8')).replaceAll(/(p\(\d+\)<)\d+/gu, '$160000');
    expect(scenario).toContain("'GET /item/[id]': ['p(95)<60000'");
    const folder = await folderWith({ 'load/shop.ts': scenario });
    // By tasks in place of time, in which a machine that is busy might do nothing at all; five of each user, a fifth of a second apart, most of them behind the warm-up.
    const shorter: Readonly<Record<string, string>> = { '-t': '-i', '30s': '100', '5s': '0.1s', 'http://localhost:8080': server.url };
    const summary = join(folder, 'summary.md');
    const { code, stdout, stderr } = await boomer(load.slice(2).map((word) => shorter[word] ?? word), { cwd: folder, env: { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary } });
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'load.junit.xml'), 'utf8')).toContain('GET /item/[id]: p(95)&lt;60000');
    expect(await readFile(join(folder, 'load.html'), 'utf8')).toContain('</html>');
    expect(await readFile(summary, 'utf8')).toMatch(/\| *GET *\| *\/search *\|/u);
    await copyFile(join(folder, 'head.json'), join(folder, 'base.json'));
    // Of so short a run most percentiles have too few requests.
    const compared = await boomer(compare, { cwd: folder });
    expect(compared.stdout).toMatch(/^(?:OK|INCONCLUSIVE)/u);
    expect(compared.code).toBe(compared.stdout.startsWith('OK') ? 0 : 2);
  } finally {
    await server.close();
  }
});
