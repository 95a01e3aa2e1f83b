/** `boomer-node locustfile`: what it writes, where, and what it refuses. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boomer, folderWith, tidy } from './command.ts';

afterAll(tidy);

const shop = `import { User, task } from 'boomer-node';
console.error('threads load it once');
export class Shopper extends User {
  static host = 'http://shop';
  @task(2) buy() {}
}
export class Admin extends User {
  @task look() {}
}
`;

test('it writes to stdout, or to a file, the same bytes each time, and --check tells whether they are up to date', async () => {
  const cwd = await folderWith({ 'in/shop.ts': shop });
  const printed = await boomer(['locustfile', 'in/shop.ts'], { cwd });
  expect([printed.code, printed.stderr]).toEqual([0, 'threads load it once\n']);
  expect(printed.stdout).toContain('class Shopper(locust.User):\n    host = "http://shop"\n\n    @locust.task(2)\n    def buy(self): ...\n');
  expect(printed.stdout).toContain('\n    boomer-node locustfile in/shop.ts -o locustfile.py\n');

  expect(await boomer(['locustfile', 'in/shop.ts', '-o', 'locustfile.py'], { cwd })).toMatchObject({ code: 0, stdout: '' });
  expect(await readFile(join(cwd, 'locustfile.py'), 'utf8')).toBe(printed.stdout);
  // From wherever it is called.
  expect((await boomer(['locustfile', '--check=../locustfile.py', '-f', 'shop.ts'], { cwd: join(cwd, 'in') })).code).toBe(0);

  const admin = await boomer(['locustfile', 'in/shop.ts', 'Admin', '--check', 'locustfile.py'], { cwd });
  expect([admin.code, admin.stdout]).toEqual([1, '']);
  expect(admin.stderr).toContain('boomer-node: locustfile.py is not up to date: line 5 would be "    boomer-node locustfile in/shop.ts Admin -o locustfile.py". Make it anew with -o in place of --check\n');
  const missing = await boomer(['locustfile', 'in/shop.ts', '--check', 'none.py'], { cwd });
  expect([missing.code, missing.stderr]).toEqual([1, 'threads load it once\nboomer-node: none.py cannot be read. Make it anew with -o in place of --check\n']);
});

test('what the scenario prints while it is loaded stands in no locustfile', async () => {
  const cwd = await folderWith({ 'shop.ts': `console.log('to stdout');\nprocess.stdout.write('and raw\\n');\n${shop}` });
  const { code, stdout, stderr } = await boomer(['locustfile', 'shop.ts'], { cwd });
  expect([code, stdout.startsWith('"""Locustfile of shop.ts')]).toEqual([0, true]);
  expect(stderr.split('\n').sort()).toEqual(['', 'and raw', 'threads load it once', 'to stdout']);
});

test('stages and thresholds may be typed, and stand in boomer.config.ts', async () => {
  const config = "export default { files: 'shop.ts', thresholds: { '*': 'rps>1' } };\n";
  const cwd = await folderWith({ 'shop.ts': `${shop}export const stages = ['1h:5'];\n`, 'boomer.config.ts': config });
  const { code, stdout } = await boomer(['locustfile', '--stage', '5s:10', '--threshold', 'p(95)<200', '--threshold-exit-code', '3'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain("boomer-node locustfile shop.ts --stage 5s:10 --threshold 'p(95)<200' --threshold-exit-code 3 -o locustfile.py");
  expect(stdout).toContain('scenario_stages = [\n    (5, 10),\n]');
  expect(stdout).toMatch(/"expression": "p\(95\)<200".*\n.*"expression": "rps>1"/u);
  expect(stdout).toMatch(/^install\(.*exit_code=3\)$/mu);
});

test('--no-thresholds stands in the command that makes the file, so that --check finds it as it was made', async () => {
  const cwd = await folderWith({ 'shop.ts': `${shop}export const thresholds = { '*': 'rps>1' };\n` });
  expect((await boomer(['locustfile', 'shop.ts', '--no-thresholds', '-o', 'l.py'], { cwd })).code).toBe(0);
  const text = await readFile(join(cwd, 'l.py'), 'utf8');
  expect(text).toContain('\n    boomer-node locustfile shop.ts --no-thresholds -o l.py\n');
  expect(text).not.toContain('rps>1');
  expect((await boomer(['locustfile', 'shop.ts', '--no-thresholds', '--check', 'l.py'], { cwd })).code).toBe(0);
});

test('stages of rates are for a run without a master, which is said', async () => {
  const cwd = await folderWith({ 'shop.ts': `${shop}export const stages = ['10s:5/s'];\n` });
  const { code, stdout, stderr } = await boomer(['locustfile', 'shop.ts'], { cwd });
  expect([code, stderr]).toEqual([0, expect.stringContaining("the scenario's stages of rates are passed over: with a master, stages say how many users there are")]);
  expect(stdout).not.toContain('StagedShape):');
  const broken = await folderWith({ 'shop.ts': `${shop}export const stages = ['10s:5/s', '10s:5'];\n` });
  expect(await boomer(['locustfile', 'shop.ts'], { cwd: broken })).toMatchObject({ code: 2, stderr: expect.stringContaining("the scenario's stages mix users and rates of arrivals") as string });
});

test.each([
  [['locustfile', 'shop.ts', '-u', '5'], '--users has no effect in a locustfile'],
  [['locustfile', 'shop.ts', '-o'], '-o expects a value'],
  [['locustfile', 'shop.ts', '-o', 'a.py', '--check', 'b.py'], '--output and --check contradict each other'],
  [['locustfile', 'shop.ts', '-o', 'shop.ts'], '-o expects a file to write, which is no code, got "shop.ts"'],
  [['locustfile', '--check', 'shop.ts'], '--check expects a locustfile to look at, which is Python, got "shop.ts"'],
  [['locustfile', 'shop.ts', '--chek', 'a.py'], 'unknown flag --chek: did you mean --check?'],
  [['debug', 'shop.ts', '--tsk', 'buy'], 'unknown flag --tsk: did you mean --task?'],
  [['swarm', 'shop.ts', '--locst', 'x'], 'unknown flag --locst: did you mean --locust?'],
  [['locustfile', 'none.ts'], 'scenario file none.ts does not exist'],
  [['locustfile'], 'no scenario given'],
  [['locustfil', 'shop.ts'], 'unknown command "locustfil": did you mean "locustfile"?'],
  [['locustfile', 'shop.ts', '--threshold', 'p95<1'], 'did you mean p(95)?'],
])('%j ends with code 2', async (args, message) => {
  const cwd = await folderWith({ 'shop.ts': shop });
  const { code, stdout, stderr } = await boomer(args, { cwd });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test('its help names its flags', async () => {
  const { code, stdout } = await boomer(['locustfile', '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^boomer-node locustfile \[files…\][^]*-o, --output FILE[^]*--check FILE/u);
  expect((await boomer(['--help'])).stdout).toContain('locustfile [files…]');
});
