/** Two runs of one server are alike; one that takes 30 % longer is a regression: found, shown, and in the exit code. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, program } from '../cli/command.ts';
import { getting, runToEnd, tidy, type Run } from './running.ts';
import { startScriptedServer, type ScriptedServer } from './scriptedServer.ts';

let server: ScriptedServer;
let runs: readonly Run[];

/** Gets a page that takes so long. Its row is called the same whatever that is. */
function taking(ms: number): string {
  return getting(server.url, `/wait/${ms}', { name: '/page`).replace("/page')", "/page' })");
}

beforeAll(async () => {
  server = await startScriptedServer();
  const measured: Run[] = [];
  // One after the other: they would slow each other down. 40 users of 100 ms each make about 1 400 requests in these seconds;
  // what a busy machine adds is small beside 100 ms.
  for (const ms of [100, 100, 130]) measured.push(await runToEnd(taking(ms), ['-u', '40', '-r', '200', '-t', '4s', '--warmup', '500ms', '--seed', 'one', '--summary-export', 'summary.json']));
  runs = measured;
}, 60_000);

afterAll(async () => {
  await server.close();
  await tidy();
});

async function compare(base: number, head: number): Promise<{ code: number | null; stdout: string; markdown: string; junit: string }> {
  const folder = runs[head]?.folder ?? '';
  const path = (index: number): string => join(runs[index]?.folder ?? '', 'summary.json');
  // Runs on a busy machine differ by more than on a quiet one.
  const { code, stdout } = await new Command(program, ['compare', path(base), path(head), '--run-noise', '3%', '--seed', 'x', '--markdown', 'compare.md', '--junit', 'compare.xml'], { cwd: folder }).ended;
  return { code, stdout, markdown: await readFile(join(folder, 'compare.md'), 'utf8'), junit: await readFile(join(folder, 'compare.xml'), 'utf8') };
}

test('two runs of one server: exit 0, no regression anywhere', async () => {
  const { code, stdout, markdown, junit } = await compare(0, 1);
  expect(stdout).toMatch(/^OK: no regression/u);
  expect(code).toBe(0);
  expect(markdown).toContain('/page');
  expect(junit).toMatch(/<testsuites [^>]*failures="0"/u);
});

test('30 % more service time: exit 1, in the table, in Markdown and in JUnit', async () => {
  const { code, stdout, markdown, junit } = await compare(0, 2);
  expect(stdout).toMatch(/^REGRESSION/mu);
  expect(stdout).toMatch(/GET \/page +p50 .*regression/u);
  expect(code).toBe(1);
  expect(markdown).toMatch(/p50.*regression/iu);
  expect(junit).toMatch(/<testsuites [^>]*failures="[1-9]/u);
});
