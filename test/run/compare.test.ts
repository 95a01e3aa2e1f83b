/**
 * Two runs of one service are alike; one that takes 30 % longer is a regression: found, shown, and in the exit code.
 *
 * The service's times come from the scenario and no server stands behind them: how a busy machine delays the one run and not the other
 * is no matter of `compare`'s.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, program } from '../cli/command.ts';
import { runToEnd, tidy, type Run } from './running.ts';

let runs: readonly Run[];

/** Reports a page that takes about so long: up to a tenth more, differently from one request to the next. */
function taking(ms: number): string {
  return `
import { task, User } from 'boomer-node';
export class Visitor extends User {
  calls = 0;
  @task async page() {
    await this.sleep(0.1);
    this.calls++;
    this.record({ type: 'GET', name: '/page', elapsedMs: ${ms} * (1 + ((this.calls * 7) % 20) / 200), bytes: 10 });
  }
}
`;
}

beforeAll(async () => {
  const measured: Run[] = [];
  for (const ms of [100, 100, 130]) measured.push(await runToEnd(taking(ms), ['-u', '40', '-r', '200', '-i', '1400', '--seed', 'one', '--summary-export', 'summary.json']));
  runs = measured;
});

afterAll(tidy);

async function compare(base: number, head: number): Promise<{ code: number | null; stdout: string; markdown: string; junit: string }> {
  const folder = runs[head]?.folder ?? '';
  const path = (index: number): string => join(runs[index]?.folder ?? '', 'summary.json');
  const { code, stdout } = await new Command(program, ['compare', path(base), path(head), '--seed', 'x', '--markdown', 'compare.md', '--junit', 'compare.xml'], { cwd: folder }).ended;
  return { code, stdout, markdown: await readFile(join(folder, 'compare.md'), 'utf8'), junit: await readFile(join(folder, 'compare.xml'), 'utf8') };
}

test('two runs of one service: exit 0, no regression anywhere', async () => {
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
