import { chosenCommand, defaultFile, idleOptions, splitClasses, splitCommand, type Remark } from '../../../src/cli/chosenCommand.ts';
import { firstWord, readCommandLine, readOwnFlags, spreadLists } from '../../../src/cli/commandLine.ts';
import { compareFlags } from '../../../src/cli/compareCommand.ts';
import { importFlags } from '../../../src/cli/importCommand.ts';
import { recordFlags } from '../../../src/cli/recordCommand.ts';
import { replayFlags } from '../../../src/cli/replay/replayCommand.ts';
import type { OptionInfo } from '../../../src/engine/shared/messages.ts';
import { withOwnFlags } from '../../../src/options/ownFlags.ts';
import { mergeLayers, settingsOf } from '../../../src/options/settings.ts';
import { configLayer } from '../../../src/options/configFiles.ts';
import { environmentLayer, environmentNews } from '../../../src/options/environmentLayer.ts';
import { optionKeys, optionTable } from '../../../src/options/optionTable.ts';
import { said, saidWithFiles, type Files } from '../said.ts';

const typedIn = ({ flags }: ReturnType<typeof readCommandLine>): Record<string, unknown> => Object.fromEntries([...flags].map(([key, { raw }]) => [optionTable[key].name, raw]));
const typed = (...args: readonly string[]): Record<string, unknown> => typedIn(readCommandLine(args));

it('gives every name of an option the same meaning, and no name two', () => {
  const flags = optionKeys.map((key) => optionTable[key]).filter(({ hasNoFlag }) => hasNoFlag === undefined);
  const names = flags.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, reads: { kind }, aliases = [], bare } of flags) {
    for (const flag of [name, ...aliases]) {
      const dashes = flag.length === 1 ? `-${flag}` : `--${flag}`;
      const args = kind === 'switch' ? [dashes] : bare === undefined ? [dashes, 'a=1'] : [`${dashes}=a=1`];
      const line = readCommandLine([...args, 'x.ts']);
      expect(line.words).toEqual(['x.ts']);
      expect(typedIn(line)).toEqual({ [name]: kind === 'switch' ? true : ['texts', 'names', 'pairs'].includes(kind) ? ['a=1'] : 'a=1' });
    }
  }
});

it.each([
  [['-T', 'a', 'b', '-u', '5', 'x.ts'], ['-T', 'a', '-T', 'b', '-u', '5', 'x.ts']],
  [['-T', 'a', 'b', 'x.ts', 'c'], ['-T', 'a', '-T', 'b', 'x.ts', 'c']],
  [['--tags', 'a', 'run', 'x.ts'], ['--tags', 'a', 'run', 'x.ts']],
  [['-E', 'a', './scenarios'], ['-E', 'a', './scenarios']],
  [['--config-users', '{"a":1}', '[{}]', 'x.ts'], ['--config-users', '{"a":1}', '--config-users', '[{}]', 'x.ts']],
  [['--http-debug', 'x.ts'], ['--http-debug=heads', 'x.ts']],
  [['--http-debug=full', 'x.ts'], ['--http-debug=full', 'x.ts']],
  [['--run-tasks', 'buy', 'Shopper.pay', 'x.ts'], ['--run-tasks', 'buy', '--run-tasks', 'Shopper.pay', 'x.ts']],
  [['-max-rps', '5', '-request-increase-rate=1/1s', '-master-host', 'h', '-help', '-web-port', '1'], ['--max-rps', '5', '--request-increase-rate=1/1s', '--master-host', 'h', '--help', '--web-port', '1']],
  [['-mastre-host', 'h'], ['--mastre-host', 'h']],
  [['-t1s', '-u5', '-Hhttp://h', '-Tsmoke', 'slow', '-lq', '-u=5'], ['-t', '1s', '-u', '5', '-H', 'http://h', '-T', 'smoke', '-T', 'slow', '-lq', '-u=5']],
  [['-f', '-', '--csv', '-'], ['-f=-', '--csv=-']],
])('%j is %j', (args, spread) => {
  expect(spreadLists(args)).toEqual(spread);
});

it("leaves what is behind -- to the scenario", () => {
  expect(readCommandLine(['run', 'a.ts', '-u', '5', '--', '--target', 'x', '-u', 'y', 'b.ts', '--help'])).toMatchObject({ words: ['run', 'a.ts'], isHelp: false });
  expect(firstWord(['--', 'compare'])).toBeNull();
});

it('takes negative numbers for values, and tells words from values', () => {
  expect(readCommandLine(['run', '--threads', '-1', '--request-increase-rate', '-1', 'a.ts', '-u', '5'])).toMatchObject({ words: ['run', 'a.ts'] });
  expect(typed('-t1s', '-max-rps', '5', '-f', '-', '--run-tasks', 'a', 'b')).toEqual({ 'run-time': '1s', 'max-rps': '5', file: ['-'], 'run-tasks': ['a', 'b'] });
  expect(typed('--threads', '-1', '--request-increase-rate=-1', '-u5')).toEqual({ threads: '-1', 'request-increase-rate': '-1', users: '5' });
});

it.each([
  [['--junti', 'x.xml'], 'unknown flag --junti: did you mean --junit?'],
  [['--run-tim', '5'], 'unknown flag --run-tim: did you mean --run-time?'],
  [['--skip-log'], 'unknown flag --skip-log: did you mean --skip-log-setup?'],
  [['--no-colour'], 'unknown flag --no-colour: did you mean --no-color?'],
  [['--treshold', 'p(95)<1'], 'unknown flag --treshold: did you mean --threshold?'],
  [['--ready-delay', '5'], 'unknown flag --ready-delay'],
  [['--master'], '--master: boomer-node is a worker: start the master with locust --master'],
  [['-u'], '-u expects a value'],
  [['-mastre-host', 'h'], 'unknown flag --mastre-host: did you mean --master-host?'],
])('%j is refused: %s', (args, message) => {
  expect(() => readCommandLine(args)).toThrow(message);
});

describe('a switch with a value', () => {
  it.each([
    ['--headless=yes', true], ['--headless=1', true], ['--headless=TRUE', true], ['--headless=On', true], ['-headless=yes', true],
    ['--headless=no', false], ['--headless=0', false], ['--headless=False', false], ['--headless=off', false],
  ])('%s is %s', (word, isOn) => {
    expect(typed(word)).toEqual({ headless: isOn });
  });

  it('has it also behind a row of letters, and where another word follows', () => {
    expect(typed('-lq=no', 'x.ts')).toEqual({ list: true, quiet: false });
    expect(typed('--headless', 'false', 'x.ts')).toEqual({ headless: false });
    expect(readCommandLine(['--autostart=no', '--web-login=yes', '--master=no', '--version=no', '--help=yes'])).toMatchObject({ idle: ['--web-login'], isVersion: false, isHelp: true });
  });

  it('is refused where it is neither yes nor no, whichever table has it', () => {
    const switches = optionKeys.map((key) => optionTable[key]).filter(({ reads, hasNoFlag }) => reads.kind === 'switch' && hasNoFlag === undefined);
    expect(switches.length).toBeGreaterThan(10);
    for (const flag of [...switches.flatMap(({ name, aliases = [] }) => [name, ...aliases].map((one) => (one.length === 1 ? `-${one}` : `--${one}`))), '--autostart', '--help', '-V']) {
      for (const value of ['maybe', '', '2']) expect(() => readCommandLine([`${flag}=${value}`, 'x.ts'])).toThrow(`${flag} expects true or false, got "${value}"`);
    }
    for (const [name, table] of [['json', compareFlags], ['static', importFlags], ['k', recordFlags], ['insecure', recordFlags], ['loop', replayFlags]] as const) {
      const flag = name.length === 1 ? `-${name}` : `--${name}`;
      expect(() => readOwnFlags([`${flag}=maybe`], table)).toThrow(`${flag} expects true or false, got "maybe"`);
      expect(Object.values(readOwnFlags([`${flag}=Yes`], table).typed)).toContain(true);
    }
  });

  it('is refused in a variable and in a file too, also of an option that is idle', async () => {
    const refusal = (env: Readonly<Record<string, string>>, files: Files): Promise<unknown> => saidWithFiles([], env, files).then(({ answers }) => [idleOptions('worker', readCommandLine([]), answers, environmentNews(env).idle), settingsOf('run', answers, { positional: ['a.ts'], randomSeed: () => '1', readText: () => null })]);
    await expect(refusal({ BOOMER_QUIET: 'maybe' }, {})).rejects.toThrow('BOOMER_QUIET expects true or false, got "maybe"');
    await expect(refusal({ LOCUST_AUTOSTART: 'maybe' }, {})).rejects.toThrow('LOCUST_AUTOSTART expects true or false, got "maybe"');
    await expect(refusal({}, { 'boomer.config.ts': { default: { failOnUntrusted: 'maybe' } } })).rejects.toThrow('failOnUntrusted in boomer.config.ts expects true or false, got "maybe"');
    await expect(refusal({}, { 'locust.conf': 'only-summary = maybe' })).rejects.toThrow('only-summary in locust.conf expects true or false, got "maybe"');
    await expect(refusal({}, { 'locust.conf': 'autostart = maybe' })).rejects.toThrow('autostart in locust.conf expects true or false, got "maybe"');
  });

  it('of the scenario\'s own is read alike', () => {
    const option: OptionInfo = { name: 'dry_run', type: 'boolean', default: false, choices: null, help: '', isSecret: false };
    const settings = settingsOf('run', said(['a.ts']), { positional: ['a.ts'], randomSeed: () => '1', readText: () => null });
    const own = (...args: readonly string[]): unknown => withOwnFlags(settings, readCommandLine(args, true).own, [option]).ownOptions;
    expect([own('--dry-run'), own('--dry-run=Yes'), own('--dry_run=0')]).toEqual([{ dry_run: true }, { dry_run: true }, { dry_run: false }]);
    for (const value of ['maybe', '']) expect(() => own(`--dry-run=${value}`)).toThrow(`--dry-run expects true or false, got "${value}"`);
  });
});

it('finds the command behind flags', () => {
  expect(firstWord(['--json', 'compare', 'a.json', '--min-change', '2%'])).toBe('compare');
  expect(firstWord(['-u', '5'])).toBeNull();
});

it('finds the file of who names none, TypeScript first', () => {
  const among = (...names: readonly string[]): string | null => defaultFile((path) => names.includes(path));
  expect([among('locustfile.py'), among('locustfile.js', 'locustfile.ts'), among('locustfile.mjs')]).toEqual([null, 'locustfile.ts', 'locustfile.mjs']);
});

describe('the command', () => {
  const choose = (args: readonly string[], env: Readonly<Record<string, string>> = {}, config: Readonly<Record<string, unknown>> = {}): string => {
    const line = readCommandLine(args);
    const { named } = splitCommand(line.words, () => false);
    return chosenCommand(named, { flags: mergeLayers([line.flags]), environment: mergeLayers([environmentLayer(env)]), ownFiles: mergeLayers([configLayer(config, 'boomer.config.ts')]) });
  };

  it.each<readonly [string, readonly string[], Readonly<Record<string, string>>, Readonly<Record<string, unknown>>]>([
    ['worker', ['a.ts'], {}, {}],
    ['run', ['run', 'a.ts'], {}, {}],
    ['worker', ['worker', 'a.ts', '--headless'], {}, {}],
    ['run', ['a.ts', '--headless'], {}, {}],
    ['run', ['a.ts', '--list'], {}, {}],
    ['run', ['a.ts', '--run-tasks', 'a,b'], {}, {}],
    ['run', ['a.ts', '--show-task-ratio'], {}, {}],
    ['worker', ['a.ts', '--show-task-ratio-json=no'], {}, {}],
    ['worker', ['a.ts', '--headless', '--worker'], {}, {}],
    ['run', ['a.ts'], { LOCUST_HEADLESS: 'true' }, {}],
    ['worker', ['a.ts', '--master-host', 'm'], { LOCUST_HEADLESS: 'true' }, {}],
    ['worker', ['a.ts', '--headless=false'], { LOCUST_HEADLESS: 'true' }, {}],
    ['run', ['a.ts', '--headless'], { LOCUST_MODE_WORKER: 'true' }, {}],
    ['run', ['a.ts'], {}, { headless: true }],
    ['worker', ['a.ts'], { LOCUST_MASTER_NODE_HOST: 'm' }, { headless: true }],
  ])('is %s for %j, %j, %j', (command, args, env, config) => {
    expect(choose(args, env, config)).toBe(command);
  });

  it('is not run and worker at once', () => {
    expect(() => choose(['run', 'a.ts', '--worker'])).toThrow('--worker contradicts the command run');
  });

  it('may be mistyped, but a file may have any name', () => {
    expect(() => splitCommand(['rum', 'a.ts'], () => false)).toThrow('unknown command "rum": did you mean "run"?');
    expect(() => splitCommand(['comapre', 'a'], () => false)).toThrow('did you mean "compare"?');
    expect(splitCommand(['runs'], (path) => path === 'runs')).toEqual({ named: null, files: ['runs'] });
    expect(splitCommand(['ru.ts', 'b.ts'], () => false)).toEqual({ named: null, files: ['ru.ts', 'b.ts'] });
  });
});

describe('names of user classes', () => {
  const split = (words: readonly string[], hasFile = false): readonly unknown[] => Object.values(splitClasses(words, (path) => path === 'folder', hasFile));

  it.each<readonly [readonly string[], boolean, readonly [readonly string[], readonly string[]]]>([
    [['a.ts', 'Shopper', 'Admin'], false, [['a.ts'], ['Shopper', 'Admin']]],
    [['folder', 'Shopper'], false, [['folder'], ['Shopper']]],
    [['Shopper'], true, [[], ['Shopper']]],
    [['a.ts', 'b.ts'], false, [['a.ts', 'b.ts'], []]],
    [['scenario'], false, [['scenario'], []]],
  ])('of %j, a file elsewhere: %s', (words, hasFile, parts) => {
    expect(split(words, hasFile)).toEqual(parts);
  });
});

describe('a variable that is no option', () => {
  it('is named, with what was meant; what Kubernetes sets is passed over, and said where it hides an option', () => {
    const env = {
      LOCUST_MASTER_PORT: 'tcp://10.0.0.7:5557', LOCUST_MASTER_SERVICE_HOST: '10.0.0.7', LOCUST_MASTER_SERVICE_PORT_WEB: '8089', LOCUST_MASTER_PORT_5557_TCP_ADDR: '10.0.0.7', BOOMER_PORT: 'tcp://10.0.0.8:80',
      LOCUST_SPAWNRATE: '5', BOOMER_THREAD: '2', LOCUST_SHOP_TOKEN: 't', LOCUST_SHOP_EMPTY: '', OTHER: 'x',
    };
    expect([...environmentLayer(env)]).toEqual([]);
    expect(environmentNews(env)).toEqual({
      misspelled: ['LOCUST_SPAWNRATE is no option: did you mean LOCUST_SPAWN_RATE?', 'BOOMER_THREAD is no option: did you mean BOOMER_THREADS?'],
      foreign: [
        'LOCUST_MASTER_PORT=tcp://10.0.0.7:5557 is what Kubernetes sets beside a service, and no option: it is passed over. Say --master-port or LOCUST_MASTER_NODE_PORT',
        'no option of Locust or boomer-node, left to the scenario: LOCUST_SHOP_TOKEN',
      ],
      idle: [],
    });
  });
});

describe('a flag without effect', () => {
  const idle = (command: 'run' | 'worker', typed: readonly string[]): readonly Remark[] => idleOptions(command, readCommandLine(typed), said(typed), []);
  const args = ['a.ts', '-u', '5', '-t', '1m', '--html', 'a.html', '--junit', 'b.xml', '--master-host', 'm', '--expect-workers', '2', '-s', '5'];

  it('gets one line a reason in a worker, which only warns of what no master decides', () => {
    expect(idle('worker', args)).toEqual([
      { level: 'debug', text: 'left to the master: --users, --run-time, --expect-workers' },
      { level: 'info', text: 'left to the master, which writes the reports: --html' },
      { level: 'warning', text: 'no effect in a worker, whose master decides load and reports (for boomer-node run): --junit' },
    ]);
  });

  it('gets one line where no users are started', () => {
    const once = ['a.ts', '--run-tasks', 'hello', '-u', '5', '--threshold', 'p(95)<1', '--html', 'a.html', '--request-log', 'l', '--host', 'http://h', '--threads', '1'];
    expect(idle('run', once)).toEqual([{ level: 'warning', text: 'no effect with --run-tasks: --users, --threshold, --html' }]);
  });

  it('gets one line without a master', () => {
    expect(idle('run', args)).toEqual([{ level: 'warning', text: 'no effect without a master: --master-host, --expect-workers' }]);
  });

  it("is named in a swarm too, where a locust.conf has Locust's own", async () => {
    const files = { 'locust.conf': 'web-port = 8090\nusers = 5' };
    const { answers, idle } = await saidWithFiles(['--iterations', '5'], {}, files);
    expect(idleOptions('swarm', readCommandLine(['--iterations', '5']), answers, idle)).toEqual([
      { level: 'warning', text: "no effect in a swarm (Locust's own options are its flags or variables): --iterations, web-port in locust.conf" },
    ]);
  });

  it('is named with its variable or file where it was not typed, unless it is a switch that says no', async () => {
    const files = { 'boomer.config.ts': { default: { junit: 'a.xml', failOnUntrusted: false } }, 'locust.conf': 'users = 5\nweb-port = 8090\nheadful = false\nmaster = true' };
    const env = { LOCUST_CSV: 'c', BOOMER_OUT: 'csv', LOCUST_EXPECT_WORKERS: '3', LOCUST_WEB_LOGIN: 'false' };
    expect(idleOptions('worker', readCommandLine([]), (await saidWithFiles([], env, files)).answers, [...environmentNews(env).idle, ...(await saidWithFiles([], env, files)).idle])).toEqual([
      { level: 'debug', text: 'left to the master: LOCUST_CSV, users in locust.conf, LOCUST_EXPECT_WORKERS, web-port in locust.conf, master in locust.conf (boomer-node is a worker: start the master with locust --master)' },
      { level: 'warning', text: 'no effect in a worker, whose master decides load and reports (for boomer-node run): BOOMER_OUT, junit in boomer.config.ts' },
    ]);
  });
});
