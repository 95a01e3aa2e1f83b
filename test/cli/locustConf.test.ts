/** A team's one locust.conf means the same to its master and to us: real Locust and our own reading, side by side. */
import { valueOf, settingsOf } from '../../src/options/settings.ts';
import { runPython } from '../support/runPython.ts';
import { saidWithFiles } from '../unit/said.ts';

type Place = { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>>; readonly conf: string; readonly homeConf: string; readonly pyproject: string };

const everything = `# Everything that both have.
[load]
users = 100
--spawn-rate 2.5
run-time: 1h2m3s
stop-timeout=99
host = "https://shop.example/?a=b#top"   ; the shop
tags = [read, "write"]
exclude-tags = ["slow"]
csv = out/run
csv-full-history
html = 'report.html'
json = yes
json-file = stats
reset-stats = on
only-summary = True
equal-weights = 1
exit-code-on-error = 7
loglevel = warning
logfile = locust.log
master-host = 10.0.0.5
master-port = 6000
headless = true
expect-workers = 3
`;

const places: readonly (readonly [what: string, place: Partial<Place>])[] = [
  ['nothing', {}],
  ['every option', { conf: everything }],
  ['switches that say no', { conf: 'headless = false\nreset-stats = off\nonly-summary=0\njson: no' }],
  ['one value where a list may be', { conf: 'tags = read\nexclude-tags: [slow]\nusers 7' }],
  ['JSON lists', { conf: 'tags = ["a b", "c"]\nrun-time = 90' }],
  ['a home below the folder', { homeConf: 'users = 1\nhost = http://home\ntags = [home]', conf: 'users = 2' }],
  ['variables above both', { homeConf: 'users = 1', conf: 'users = 2\nspawn-rate = 3\ntags = [conf]\nreset-stats = true', env: { LOCUST_USERS: '4', LOCUST_TAGS: '[a, b]', LOCUST_RUN_TIME: '2m' } }],
  ['flags above all', { conf: 'users = 2\ntags = [conf]\nhtml = a.html', env: { LOCUST_USERS: '4', LOCUST_ONLY_SUMMARY: 'true' }, args: ['-u', '5', '-T', 'x', 'y', '-r', '1', '--csv', 'p', '-L', 'debug'] }],
  ['a pyproject.toml above locust.conf', { homeConf: 'users = 1', conf: 'users = 2\nhost = http://conf', pyproject: '[project]\nname = "a"\n[tool.locust]\nusers = 3\nspawn-rate = 2.5\ntags = ["a", "b"]\nheadless = true\nreset-stats = false\nrun-time = "1m"\n' }],
  ['a pyproject.toml of others', { conf: 'users = 2', pyproject: '[tool.other]\nusers = 3\ndescription = "with locust"\n' }],
  ['users as JSON', { env: { LOCUST_CONFIG_USERS: '{"user_class_name": "A", "weight": 2}' } }],
];

const whole = (place: Partial<Place>): Place => ({ args: [], env: {}, conf: '', homeConf: '', pyproject: '', ...place });
let theirs: readonly unknown[] = [];

beforeAll(async () => {
  theirs = JSON.parse(await runPython('test/fixtures/locustConf.py', JSON.stringify(places.map(([, place]) => whole(place))))) as readonly unknown[];
});

it.each(places.map(([what, place], index) => [what, whole(place), index] as const))('%s', async (_, { args, env, conf, homeConf, pyproject }, index) => {
  const { answers, warnings } = await saidWithFiles(args, env, { 'locust.conf': conf, '~/.locust.conf': homeConf, 'pyproject.toml': pyproject });
  const context = { positional: [], randomSeed: () => '', readText: () => null };
  const run = settingsOf('run', answers, context);
  const worker = settingsOf('worker', answers, context);
  const ours = {
    users: run.users,
    spawnRate: run.spawnPerSec,
    runTimeSec: run.runTimeMs === null ? null : run.runTimeMs / 1000,
    stopTimeoutSec: run.stopTimeoutMs / 1000,
    host: run.host,
    tags: run.tags,
    excludeTags: run.excludeTags,
    configUsers: run.configUsers.length === 0 ? null : run.configUsers,
    csv: run.csvPrefix,
    csvFullHistory: run.csvFullHistory,
    html: run.htmlFile,
    json: run.isJson,
    jsonFile: run.jsonFile,
    resetStats: run.resetStats,
    onlySummary: run.isOnlySummary,
    equalWeights: run.equalWeights,
    exitCodeOnError: run.exitCodeOnError,
    logLevel: run.logLevel.toUpperCase(),
    logFile: run.logFile,
    masterHost: worker.masterHost,
    masterPort: worker.masterPort,
    headless: valueOf(answers, 'isHeadless'),
  };
  expect([ours, warnings]).toEqual([theirs[index], []]);
});
