import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Stopwatch } from '../support/stopwatch.ts';
import { boomer, Command, folderWith, program, root, tidy } from './command.ts';

afterAll(tidy);

const seeHelp = 'See boomer-node --help.\n';

describe('a mistake on the command line', () => {
  it.concurrent.each([
    [['worker', 'a.ts', '--master-hots', 'x'], 'unknown flag --master-hots: did you mean --master-host?'],
    [['--mastr-port=5', 'worker', 'a.ts'], 'unknown flag --mastr-port: did you mean --master-port?'],
    [['worker', 'a.ts', '--thread', '2'], 'unknown flag --thread: did you mean --threads?'],
    [['worker', 'a.ts', '--no-progres'], 'unknown flag --no-progres: did you mean --no-progress?'],
    [['run', 'a.ts', '--worker'], '--worker contradicts the command run'],
    [['a.ts', '--headless', '--stage', '1m:5', '-u', '5'], '--stage and --users contradict each other: stages say how many users there are'],
    [['worker', 'a.ts', '--bananas'], 'unknown flag --bananas'],
    [['worker', 'a.ts', '-x'], 'unknown flag -x'],
    [['wroker', 'a.ts'], 'unknown command "wroker": did you mean "worker"?'],
    [['worker', 'a.ts', '--master-port', '1', '--master-port', '2'], '--master-port was given 2 times, expected it once'],
    [['worker', 'a.ts', '--master-port', '0'], '--master-port expects a whole number from 1 to 65535, got "0"'],
    [['worker', 'a.ts', '--master-port', 'http'], '--master-port expects a whole number from 1 to 65535, got "http"'],
    [['worker', 'a.ts', '--master-port'], '--master-port expects a value'],
    [['worker', 'a.ts', '--master-host'], '--master-host expects a value'],
    [['worker', 'a.ts', '--master-host='], '--master-host expects a value'],
    [['worker', 'a.ts', '-f'], '-f expects a value'],
    [['worker', 'a.ts', '--processes', 'many'], '--threads expects a whole number from 0 to 1000, -1 or auto, got "many"'],
    [['worker', 'a.ts', '--loglevel', 'loud'], '--loglevel expects one of debug, info, warning, error, critical, got "loud"'],
    [['worker', 'a.ts', '-s', 'soon'], '--stop-timeout expects a duration such as 20, 20s, 1h20m, 1.5m or 300ms (a bare number is seconds), got "soon"'],
    [['worker', 'a.ts', '--hang-timeout', '1 h'], '--hang-timeout expects a duration such as 20, 20s, 1h20m, 1.5m or 300ms (a bare number is seconds), got "1 h"'],
  ])('is named, with exit code 2: %j', async (args, message) => {
    expect(await boomer(args)).toEqual({ code: 2, stdout: '', stderr: `boomer-node: ${message}\n${seeHelp}` });
  });

  it('names the variable when it is there', async () => {
    const { code, stderr } = await boomer(['worker', 'a.ts'], { env: { LOCUST_PROCESSES: '1.5' } });
    expect([code, stderr]).toEqual([2, `boomer-node: LOCUST_PROCESSES expects a whole number from 0 to 1000, -1 or auto, got "1.5"\n${seeHelp}`]);
  });

  it('names a log file that cannot be written', async () => {
    const cwd = await folderWith({ 'a.ts': '' });
    const { code, stderr } = await boomer(['worker', 'a.ts', '--logfile', 'a.ts/a.log'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^boomer-node: --logfile a\.ts\/a\.log cannot be written: .*ENOTDIR/u);
  });
});

describe('--version and --help', () => {
  it.concurrent.each(['--version', '-V'])('%s prints the version, alone', async (flag) => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await boomer([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.concurrent.each(['init', 'completion', 'compare', 'import', 'record', 'replay', 'locustfile', 'swarm', 'debug', 'worker', 'run'])('%s --version prints it too, and does nothing else', async (command) => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const cwd = await folderWith({});
    for (const flag of ['--version', '-V']) expect(await boomer([command, flag], { cwd })).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(await readdir(cwd)).toEqual(['node_modules']);
  });

  it.concurrent.each([
    [['--help'], ['--users', '--master-host', 'compare BASE HEAD'], []],
    [['worker', '-h'], ['--master-host', '--locustfile', 'LOCUST_MASTER_NODE_HOST', '5557'], ['--users', '--html']],
    [['run', '--help', '--users', 'many'], ['--users', '--html', 'LOCUST_USERS'], ['--master-host']],
  ])('%j prints the flags of the command', async (args, shown, hidden) => {
    const { code, stdout, stderr } = await boomer(args);
    expect([code, stderr]).toEqual([0, '']);
    for (const text of shown) expect(stdout).toContain(text);
    for (const text of hidden) expect(stdout).not.toContain(text);
  });
});

describe('without a master', () => {
  const scenario = "import { User, task } from 'boomer-node';\nexport class Shopper extends User {\n  @task buy() {}\n}\n";

  it.each(['SIGINT', 'SIGTERM'] as const)('it says where it looks for one, and %s ends it soon, with 0', async (signal) => {
    const cwd = await folderWith({ 'a.ts': scenario });
    const command = new Command(program, ['worker', 'a.ts', '--master-port', '1', '--threads', '2'], { cwd });
    await command.printed(/INFO\/boomer: boomer-node \S+: Shopper on 2 threads, master 127\.0\.0\.1:1[,\n]/u);
    await command.printed(/waiting for the master at 127\.0\.0\.1:1\n/u);
    const stopwatch = new Stopwatch(command.pid);
    command.signal(signal);
    const { code, stderr, stdout } = await command.ended;
    expect([code, stdout]).toEqual([0, '']);
    expect(stopwatch.ownMs()).toBeLessThan(3000);
    expect(stderr).toMatch(/recorded 0 requests, 0 failures in this process\n.*: delivered 0 requests, 0 failures; not confirmed 0 requests, 0 failures; not delivered 0 requests, 0 failures\n$/u);
  });

  it('it keeps trying, visibly', async () => {
    const cwd = await folderWith({ 'a.ts': scenario });
    const command = new Command(program, ['worker', 'a.ts', '--master-port', '1'], { cwd });
    await command.printed(/no answer from a master at 127\.0\.0\.1:1 yet \(try 2 of \d+\)/u);
    command.signal('SIGINT');
    expect((await command.ended).code).toBe(0);
  });

  it.each([
    ['while it starts', 'await new Promise((resolve) => setTimeout(resolve, 10_000));\n', /^loading$/mu, 130],
    ['when it has started', '', /Shopper on/u, 0],
  ])('a signal %s leaves nothing behind', async (_, delay, moment, code) => {
    const cwd = await folderWith({ 'a.ts': `console.log('loading');\n${delay}${scenario}`, 'tmp/empty': '' });
    const command = new Command(program, ['worker', 'a.ts', '--master-port', '1'], { cwd, env: { TMPDIR: join(cwd, 'tmp') } });
    await command.printed(moment);
    expect((await readdir(join(cwd, 'tmp'))).length).toBe(2);
    command.signal('SIGINT');
    expect((await command.ended).code).toBe(code);
    expect(await readdir(join(cwd, 'tmp'))).toEqual(['empty']);
  });

  it("takes Locust's flags that only a master heeds, and names the file first or last", async () => {
    const cwd = await folderWith({ 'a.ts': scenario });
    for (const args of [
      ['a.ts', '--worker', '-u', '5', '-r', '1', '-t', '1m'],
      ['worker', '-f', 'a.ts', '--run-time', '10s'],
      ['worker', '--locustfile', 'a.ts', '--processes', '-1'],
      ['--file=a.ts'],
    ]) {
      const command = new Command(program, [...args, '--master-port', '1'], { cwd });
      await command.printed(/Shopper on \d+ threads?, master/u);
      command.signal('SIGINT');
      expect((await command.ended).code).toBe(0);
    }
  });

  it('logs into a file instead of the terminal when asked to', async () => {
    const cwd = await folderWith({ 'a.ts': scenario });
    const command = new Command(program, ['worker', 'a.ts', '--master-port', '1', '--logfile', 'a.log'], { cwd });
    const inFile = async (): Promise<string> => readFile(join(cwd, 'a.log'), 'utf8').catch(() => '');
    while (!(await inFile()).includes('Shopper on')) await new Promise((resolve) => setTimeout(resolve, 20));
    command.signal('SIGINT');
    expect(await command.ended).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await inFile()).toMatch(/recorded 0 requests, 0 failures in this process\n.*: delivered 0 requests, 0 failures; not confirmed 0 requests, 0 failures; not delivered 0 requests, 0 failures\n$/u);
  });
});
