/** `boomer-node run --watch`: the scenario that was saved last runs, and only what is of it counts. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileWatch, namedBy } from '../../src/compile/fileWatch.ts';
import { tidy } from '../cli/command.ts';
import { until } from '../support/until.ts';
import { startRun } from './running.ts';
import { startScriptedServer, type ScriptedServer } from './scriptedServer.ts';

let server: ScriptedServer;
beforeEach(async () => (server = await startScriptedServer()));
afterEach(() => server.close());
afterAll(tidy);

const scenario = (url: string): string => `
import { HttpUser, task, constant, feed } from 'boomer-node';
import { path } from './path.ts';
const names = feed.csv('names.csv');
export class Visitor extends HttpUser {
  static host = '${url}';
  waitTime = constant(0.02);
  @task async page() { await this.client.get(path, { name: path }); }
}
`;

it('takes in what was saved, leaves the run as it is where that does not compile, and ends with the table of what counts', async () => {
  const { command, folder, ended } = await startRun(scenario(server.url), ['--watch', '-u', '2', '-r', '100', '--summary-export', 'summary.json', '--csv', 'out'], { 'path.ts': "export const path = '/one';\n", 'names.csv': 'name\nada\n' });
  const save = (text: string): Promise<void> => writeFile(join(folder, 'path.ts'), text);
  await command.printed(/watching scenario\.ts, path\.ts, names\.csv|watching path\.ts, scenario\.ts, names\.csv/u);
  await server.whenAnswered(5);
  await save("export const path = ;\n");
  await command.printed(/path\.ts was saved, and the run goes on as it was: the scenario does not compile[\s\S]*Unexpected ";"/u);
  await server.whenAnswered(server.total() + 5);
  // As editors save: another file takes the place of the old one.
  await writeFile(join(folder, '.path.ts~'), "export const path = '/two';\n");
  await rename(join(folder, '.path.ts~'), join(folder, 'path.ts'));
  await command.printed(/counted from \d\d:\d\d:\d\dZ on: path\.ts was saved/u);
  const before = server.total();
  await server.whenAnswered(before + 5);
  await writeFile(join(folder, 'names.csv'), 'name\nada\nbob\n');
  await command.printed(/counted from \d\d:\d\d:\d\dZ on: names\.csv was saved/u);
  await server.whenAnswered(server.total() + 10);
  command.signal('SIGINT');
  const run = await ended;
  expect([run.code, run.stderr.includes('lost')]).toEqual([130, false]);
  const { rows, total } = await run.summary();
  expect(rows.map(({ name }) => name)).toEqual(['/two']);
  expect(total.numRequests).toBeLessThan(server.total() - before);
  expect(await run.read('out_stats.csv')).not.toContain('/one');
  expect(run.stderr).toMatch(/ended by SIGINT[^\n]*\ncounted from \S+ on: names\.csv was saved\n/u);
});

it('begins its time anew with each change, and ends with it', async () => {
  // The first lasts until it is saved, however late a busy machine takes that in.
  const lasting = (duration: string): string => `export const path = '/one';\nexport const stages = [{ duration: '0s', target: 1 }, { duration: '${duration}', target: 1 }];\n`;
  const staged = `${scenario(server.url)}export { stages } from './path.ts';\n`;
  const { command, folder, ended } = await startRun(staged, ['--watch'], { 'path.ts': lasting('10m'), 'names.csv': 'name\nada\n' });
  await server.whenAnswered(3);
  await writeFile(join(folder, 'path.ts'), lasting('2s'));
  await command.printed(/was saved: users finish what they do, and begin anew/u);
  const run = await ended;
  expect([run.code, run.code === 0 ? '' : run.stderr]).toEqual([0, '']);
  const [, shownSec] = /PASS · \d+ requests in 0m(\d\d\.\d)s/u.exec(run.stderr) ?? [];
  expect(Number(shownSec)).toBeGreaterThanOrEqual(2);
  expect(Number(shownSec)).toBeLessThan(4 + run.lostMs / 1000);
});

describe('files', () => {
  it('are told of once they stand still, whether they were written, replaced, or came', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boomer-node-watch-'));
    const [one, two, three] = ['one', 'two', 'three'].map((name) => join(folder, name)) as [string, string, string];
    await writeFile(one, 'a');
    await writeFile(two, 'a');
    const told: (readonly string[])[] = [];
    const watch = new FileWatch((files) => void told.push(files), 5);
    watch.watch([one, two, three]);
    await writeFile(one, 'longer');
    await until('it is told of', () => told.flat().includes(one));
    await writeFile(`${two}~`, 'b');
    await rename(`${two}~`, two);
    await until('it is told of', () => told.flat().includes(two));
    await writeFile(three, '');
    await until('it is told of', () => told.flat().includes(three));
    expect(told.flat().filter((file) => file === one)).toEqual([one]);
    // What changed while others were watched is not lost.
    await writeFile(one, 'longer still');
    watch.watch([one]);
    await until('it is told of', () => told.flat().filter((file) => file === one).length === 2);
    watch.close();
    watch.close();
    await rm(folder, { recursive: true });
  });

  it('that modules name are those in quotes that are there, beside them or where the program was started', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boomer-node-watch-'));
    await writeFile(join(folder, 'users.csv'), '');
    await writeFile(join(folder, 'a.ts'), "feed.csv('users.csv'); feed.csv('none.csv'); const url = new URL('./users.csv', import.meta.url); f(`${x}.csv`, 'it.s', \"package.json\");");
    expect(namedBy([join(folder, 'a.ts')], process.cwd())).toEqual([join(folder, 'users.csv'), join(process.cwd(), 'package.json')]);
    await rm(folder, { recursive: true });
  });
});
