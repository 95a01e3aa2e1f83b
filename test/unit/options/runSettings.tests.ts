import { settingsOf, type Settings, type SettingsContext } from '../../../src/options/settings.ts';
import { displayOf, type Display } from '../../../src/cli/run/terminal.ts';
import type { ProcessEnvironment } from '../../../src/options/environmentLayer.ts';
import { said, saidWithFiles } from '../said.ts';

const userFile = '[{ "user_class_name": "A", "weight": 3 }, { "user_class_name": "B" }]';
const readText = (path: string): string | null => (path === 'users.json' ? userFile : null);
const context: SettingsContext = { positional: ['a.ts'], randomSeed: () => '7', readText };

function options(args: readonly string[], env: ProcessEnvironment = {}): Settings {
  return settingsOf('run', said(args, env), context);
}

async function configured(config: Readonly<Record<string, unknown>>, args: readonly string[] = []): Promise<Settings> {
  return settingsOf('run', (await saidWithFiles(args, {}, { 'boomer.config.ts': { default: config } })).answers, context);
}

it('asks for nothing by itself', () => {
  expect(options([])).toMatchObject({
    users: null, spawnPerSec: null, runTimeMs: null, iterations: null, stages: null, arrivals: null, warmUpMs: 0, resetStats: false,
    configUsers: [], equalWeights: false, ownOptions: {}, httpDebug: null, runTasks: null, isList: false, cpuProfile: null, memoryProfile: null,
    labels: {}, thresholds: [], thresholdsFromFile: null, skipsThresholds: false, thresholdExitCode: 99, exitCodeOnError: 1, failsOnUntrusted: false,
  });
  expect(displayOf(options([]), {})).toEqual({ isQuiet: false, isOnlySummary: false, hasProgress: true, hasColours: null });
  expect([options([]).isWatching, options(['--watch']).isWatching]).toEqual([false, true]);
  expect(options([])).toMatchObject({ isJson: false, csvPrefix: null, csvFullHistory: false, jsonFile: null, summaryFile: null, htmlFile: null, junitFile: null, requestLog: null, namedOutputs: [] });
});

it.each<readonly [readonly string[], Partial<Settings>]>([
  [['-u', '10', '-r', '2.5', '-t', '1m30s'], { users: 10, spawnPerSec: 2.5, runTimeMs: 90_000 }],
  [['-d', '20'], { runTimeMs: 20_000 }],
  [['-i', '100'], { iterations: 100 }],
  [['--stage', '30s:10/s', '--stage', '1m:30/1m', '--stage', '5s:0/s', '-u', '7', '-r', '3'], { stages: [{ durationMs: 30_000, perSec: 10 }, { durationMs: 60_000, perSec: 0.5 }, { durationMs: 5_000, perSec: 0 }], users: 7, spawnPerSec: 3 }],
  [['--stage', '30s:10', '--stage', '1m:0'], { stages: [{ durationMs: 30_000, users: 10 }, { durationMs: 60_000, users: 0 }] }],
  [['--rate', '300/1m', '-u', '5'], { arrivals: { count: 300, periodMs: 60_000 }, users: 5 }],
  [['--warmup', '10s'], { warmUpMs: 10_000 }],
  [['-s', '5', '--reset-stats', '--equal-weights'], { stopTimeoutMs: 5_000, resetStats: true, equalWeights: true }],
  [['-w', '2', '-L', 'Debug'], { threadCount: 2, logLevel: 'debug' }],
  [['--http-debug'], { httpDebug: 'heads' }],
  [['--http-debug=full'], { httpDebug: 'full' }],
  [['--run-tasks', 'a,B.c'], { runTasks: ['a', 'B.c'] }],
  [['-l'], { isList: true }],
  [['--json'], { isJson: true }],
  [['--cpu-profile', 'c', '--mem-profile', 'm', '--mem-profile-duration', '5s'], { cpuProfile: 'c', cpuProfileMs: 30_000, memoryProfile: 'm', memoryProfileMs: 5_000 }],
  [['--tag', 'build=1=2', '--tag', 'team=shop'], { labels: { build: '1=2', team: 'shop' } }],
  [['--option', 'tenant=acme', '--option', 'basket_size=3', '--option', 'dry_run=true', '--option', 'code=007', '--option', 'zip="10"', '--option', 'ids=[1,2]', '--option', 'note=a=b', '--option', 'id=12345678901234567890', '--option', 'most=1e999', '--option', 'version=1.10', '--option', 'share=0.5'], { ownOptions: { id: '12345678901234567890', most: '1e999', version: '1.10', share: 0.5, tenant: 'acme', basket_size: 3, dry_run: true, code: '007', zip: '10', ids: [1, 2], note: 'a=b' } }],
  [['--threshold', 'GET /a: p(95)<200', '--threshold', 'rate<0.1', '--no-thresholds'], { thresholds: ['GET /a: p(95)<200', 'rate<0.1'], skipsThresholds: true }],
  [['--threshold-exit-code', '3', '--exit-code-on-error', '0', '--fail-on-untrusted'], { thresholdExitCode: 3, exitCodeOnError: 0, failsOnUntrusted: true }],
  [['--config-users', '{"user_class_name":"C"}', 'users.json'], { configUsers: [{ user_class_name: 'C' }, { user_class_name: 'A', weight: 3 }, { user_class_name: 'B' }] }],
])('takes %j', (args, settings) => {
  expect(options(args)).toMatchObject(settings);
});

it('takes all outputs', () => {
  const args = '--csv p --csv-full-history --json-file j --summary-export s --html h --junit u --request-log l -o csv=q --out ./my.ts=a=b -o github'.split(' ');
  expect(options(args)).toMatchObject({
    csvPrefix: 'p', csvFullHistory: true, jsonFile: 'j', summaryFile: 's', htmlFile: 'h', junitFile: 'u', requestLog: 'l',
    namedOutputs: [{ name: 'csv', argument: 'q' }, { name: './my.ts', argument: 'a=b' }, { name: 'github', argument: null }],
  });
});

it.each<readonly [readonly string[], ProcessEnvironment, Partial<Display>]>([
  [['-q', '--only-summary', '--json'], {}, { isQuiet: true, isOnlySummary: true }],
  [['--no-progress'], {}, { hasProgress: false }],
  [[], { CI: 'true' }, { hasProgress: false }],
  [[], { CI: 'false' }, { hasProgress: true }],
  [[], { TERM: 'dumb' }, { hasProgress: false, hasColours: false }],
  [[], { TERM: 'dumb', FORCE_COLOR: '1' }, { hasProgress: false, hasColours: true }],
  [['--no-color'], { FORCE_COLOR: '1' }, { hasColours: false }],
  [[], { NO_COLOR: '1', FORCE_COLOR: '1' }, { hasColours: false }],
  [[], { NO_COLOR: '' }, { hasColours: null }],
  [[], { FORCE_COLOR: '1' }, { hasColours: true }],
  [[], { FORCE_COLOR: '0' }, { hasColours: false }],
])('shows it as %j and %j say', (args, env, display) => {
  expect(displayOf(options(args, env), env)).toMatchObject(display);
});

it('takes lists in brackets and plain values from variables', () => {
  const env = { LOCUST_USERS: '3', BOOMER_STAGES: '', LOCUST_TAGS: '["a", "b"]', BOOMER_THRESHOLDS: 'p(95)<1', LOCUST_CONFIG_USERS: userFile, LOCUST_RESET_STATS: 'yes', LOCUST_HEADLESS: 'False' };
  expect(options([], env)).toMatchObject({ users: 3, tags: ['a', 'b'], thresholds: ['p(95)<1'], configUsers: [{ user_class_name: 'A' }, { user_class_name: 'B' }], resetStats: true });
  expect(options([], { BOOMER_STAGES: '[10s:1, 20s:2]' }).stages).toEqual([{ durationMs: 10_000, users: 1 }, { durationMs: 20_000, users: 2 }]);
});

it('takes what authors of a configuration write', async () => {
  const thresholds = { '*': ['p(95)<200', { threshold: 'rate<0.1', abortOnFail: true }] };
  const config = {
    files: 'b.ts', users: 10, runTime: 90, spawnRate: 0.5, rate: 50, threads: 2, seed: 42, httpDebug: true, tags: 'a b', labels: { build: 7 }, options: { tenant: 'acme', size: 3, ids: [1], missing: undefined }, thresholds,
    configUsers: { user_class_name: 'A' }, outputs: ['csv=p'], csv: 'q', json: true,
  };
  expect(await configured(config, ['--threshold', 'med<1'])).toMatchObject({
    files: ['a.ts'], users: 10, runTimeMs: 90_000, spawnPerSec: 0.5, arrivals: { count: 50, periodMs: 1000 }, threadCount: 2, seed: '42', httpDebug: 'heads', tags: ['a', 'b'], labels: { build: '7' }, ownOptions: { tenant: 'acme', size: 3, ids: [1] },
    thresholds: ['med<1'], thresholdsFromFile: thresholds, configUsers: [{ user_class_name: 'A' }], isJson: true, csvPrefix: 'q', namedOutputs: [{ name: 'csv', argument: 'p' }],
  });
  expect((await configured({ stages: [{ duration: 30, rate: 10 }, '1m:5/s', { duration: '1s', rate: '6/1m' }] })).stages).toEqual([{ durationMs: 30_000, perSec: 10 }, { durationMs: 60_000, perSec: 5 }, { durationMs: 1_000, perSec: 0.1 }]);
  expect((await configured({ stages: [{ duration: '30s', target: 10 }, '1m:5'] })).stages).toEqual([{ durationMs: 30_000, users: 10 }, { durationMs: 60_000, users: 5 }]);
});

describe('what contradicts itself', () => {
  it.each([
    [['--stage', '1s:1', '-u', '5'], '--stage and --users contradict each other: stages say how many users there are'],
    [['--stage', '1s:1', '-r', '5'], '--stage and --spawn-rate contradict each other'],
    [['--stage', '1s:1/s', '--rate', '5'], '--stage and --rate contradict each other: each says how much load there is over time'],
    [['--stage', '1s:1/s', '--max-rps', '5'], '--stage and --max-rps contradict each other: both set the pace of tasks'],
    [['--stage', '1s:1/s', '--stage', '1s:1'], 'mix users and rates of arrivals (30s:10 and 30s:10/s): all stages of a run are of one kind'],
    [['--stage', '1s:1/x'], '--stage, stage 1 expects a rate above 0 such as'],
    [['--stage', '0:1/s'], '--stage last no time'],
    [['--stage', '1s:1', '--rate', '5'], '--stage and --rate contradict each other'],
    [['--rate', '5', '--max-rps', '5'], '--rate and --max-rps contradict each other: both set the pace of tasks'],
    [['--watch', '--list'], '--watch and --list contradict each other: a list has no run that could begin anew'],
    [['--watch', '--run-tasks', 'a'], '--watch and --run-tasks contradict each other: tasks that are run once have ended when the scenario is saved'],
    [['--watch', '--threads', '0'], '--watch expects load threads, which begin anew with the scenario: 0 from --threads runs it in the main thread'],
    [['--run-tasks', 'a', '--list'], '--run-tasks and --list contradict each other'],
    [['--warmup', '1m', '-t', '60'], '--warmup expects less than the run time (60 from --run-time), got 1m: nothing would be counted'],
    [['--csv-full-history'], '--csv-full-history expects --csv beside it'],
    [['--html', 'out/a', '--junit', './out/b/../a'], "--html and --junit name one file, ./out/b/../a: one would take the other's place"],
    [['--json-file', 'a', '--summary-export', 'a.json'], '--json-file'],
    [['--request-log', 'a', '--logfile', 'a'], '--request-log and --logfile name one file, a'],
    [['--html', 'shop.ts'], '--html expects a file to write, which is no code, got "shop.ts"'],
    [['--request-log', 'shop.MJS'], '--request-log expects a file to write, which is no code, got "shop.MJS"'],
    [['--cpu-profile-duration', '5s'], '--cpu-profile-duration expects --cpu-profile beside it'],
  ])('in one place is refused: %j', (args, message) => {
    expect(() => options(args)).toThrow(message);
  });

  it('is no device, and no report with a name of its own', () => {
    expect(options(['--html', '/dev/null', '--junit', '/dev/null', '--json-file', 'a', '--summary-export', 'a'])).toMatchObject({ htmlFile: '/dev/null', junitFile: '/dev/null', jsonFile: 'a', summaryFile: 'a' });
  });

  it('in a lower layer is replaced', async () => {
    expect(await configured({ users: 10, spawnRate: 2 }, ['--stage', '1s:1'])).toMatchObject({ users: null, spawnPerSec: null, stages: [{ users: 1 }] });
    expect(await configured({ stages: ['1s:1'] }, ['-u', '3'])).toMatchObject({ users: 3, stages: null });
    await expect(configured({ stages: ['1s:1'], users: 3 })).rejects.toThrow('stages in boomer.config.ts and users in boomer.config.ts contradict each other');
    expect(options(['--rate', '5', '--max-rps', '0'])).toMatchObject({ arrivals: { count: 5 }, maxRate: null });
  });
});

it.each([
  [['-u', '0'], '--users expects a whole number of 1 or more, got "0"'],
  [['-u', '1.5'], '--users expects a whole number of 1 or more, got "1.5"'],
  [['-u', '1', '-u', '2'], '--users was given 2 times, expected it once'],
  [['-r', '0'], '--spawn-rate expects a number above 0, got "0"'],
  [['-t', '0'], '--run-time expects a duration above 0, got "0"'],
  [['-t', 'soon'], '--run-time expects a duration such as'],
  [['-i', '0'], '--iterations expects a whole number from 1 to 2147483647, got "0"'],
  [['--stage', 'soon'], '--stage, stage 1 expects'],
  [['--stage', '0:5'], '--stage last no time'],
  [['--rate', '0'], '--rate expects a rate above 0'],
  [['--http-debug=all'], '--http-debug expects heads or full, got "all"'],
  [['--threshold-exit-code', '256'], '--threshold-exit-code expects a whole number from 0 to 255, got "256"'],
  [['--tag', 'build'], '--tag expects NAME=VALUE, got "build"'],
  [['-o', '=x'], '--out expects NAME or NAME=ARGUMENT, got "=x"'],
  [['--config-users', '{}'], '--config-users expects objects that have a "user_class_name", got {}'],
  [['--config-users', '{'], '--config-users expects JSON or a .json file: '],
  [['--config-users', 'no.json'], '--config-users expects a file that can be read, got "no.json"'],
])('refuses %j', (args, message) => {
  expect(() => options(args)).toThrow(message);
});

it.each<readonly [ProcessEnvironment, string]>([
  [{ LOCUST_USERS: 'x' }, 'LOCUST_USERS expects a whole number of 1 or more, got "x"'],
  [{ LOCUST_RESET_STATS: 'maybe' }, 'LOCUST_RESET_STATS expects true or false, got "maybe"'],
])('names the variable that is wrong: %j', (env, message) => {
  expect(() => options([], env)).toThrow(message);
});

it.each<readonly [Readonly<Record<string, unknown>>, string]>([
  [{ users: -1 }, 'users in boomer.config.ts expects a whole number of 1 or more, got "-1"'],
  [{ users: [1, 2] }, 'users in boomer.config.ts expects one value, got [1,2]'],
  [{ host: {} }, 'host in boomer.config.ts expects one value, got {}'],
  [{ json: 'maybe' }, 'json in boomer.config.ts expects true or false, got "maybe"'],
  [{ tags: [1] }, 'tags in boomer.config.ts expects a text or a list of texts, got [1]'],
  [{ labels: { a: {} } }, 'labels in boomer.config.ts expects a map of texts, got {"a":{}}'],
  [{ options: { seen: [NaN] } }, 'seen of options in boomer.config.ts expects a value that JSON can hold, got "NaN"'],
  [{ stages: [{ duration: '1s' }] }, 'stages in boomer.config.ts'],
  [{ stages: [{ duration: '1s', rate: 5, users: 3 }] }, 'stages in boomer.config.ts, stage 1'],
  [{ stages: [{ duration: '1s', rate: [5] }] }, 'stages in boomer.config.ts, stage 1'],
])('names the key that is wrong: %j', async (config, message) => {
  await expect(configured(config)).rejects.toThrow(message);
});
