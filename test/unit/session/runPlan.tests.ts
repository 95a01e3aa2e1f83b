/** From what was asked for, and what the scenario exports, to a plan and its description. */
import { assertSomethingBegins, assertWindowsFit, configuredClasses, localPlan, passedOver, runStart, threadsFor, withScenarioRates } from '../../../src/session/runPlan.ts';
import type { Settings } from '../../../src/options/settings.ts';
import type { ClassInfo, TaskInfo } from '../../../src/engine/shared/messages.ts';
import { parseThresholds } from '../../../src/report/thresholds.ts';

const outputs: Partial<Settings> = { csvPrefix: null, csvFullHistory: false, jsonFile: null, summaryFile: null, htmlFile: null, junitFile: null, requestLog: null, namedOutputs: [], isOnlySummary: false, isJson: false };
const none: Partial<Settings> = { files: ['a.ts'], users: null, spawnPerSec: null, runTimeMs: null, iterations: null, stages: null, arrivals: null, maxRate: null, increaseRate: null, warmUpMs: 0, resetStats: false, stopTimeoutMs: 0, host: null, equalWeights: false, configUsers: [], threadCount: 2, seed: '7', labels: {}, tags: null, excludeTags: null, exitCodeOnError: 1, logLevel: 'info', logFile: null, ownOptions: {}, ...outputs };
const settings = (given: Partial<Settings>): Settings => ({ ...none, ...given }) as Settings;
const noExports = { stages: null, hasShape: false, thresholds: null };
const info = (name: string, more: Partial<ClassInfo> = {}): ClassInfo => ({ name, weight: 1, fixedCount: 0, arrivals: null, replay: null, host: null, taskNames: ['t'], tasks: [], isTaskList: false, ...more });

it("has Locust's defaults: a user, one a second, until stopped", () => {
  const plan = localPlan(settings({}), noExports);
  expect(plan).toMatchObject({ load: { kind: 'steady', users: 1, spawnPerSec: 1 }, runTimeMs: null, isOpen: false });
  expect(runStart(settings({}), plan, [info('A')], '1.0.0', 100)).toMatchObject({ plan: '1 user, 1 a second, until stopped', users: 1, runTimeMs: null, startSec: 100 });
});

describe('a run in which nothing could ever begin', () => {
  const tasks = (...tags: readonly (readonly string[])[]): readonly TaskInfo[] => tags.map((own, index) => ({ name: `t${index}`, weight: 1, tags: own, set: null, transitions: null }));
  const begins = (classes: readonly ClassInfo[], given: Partial<Settings> = {}) => (): void => assertSomethingBegins(localPlan(settings(given), noExports), classes, settings(given));
  const shop = info('Shop', { tasks: tasks(['read'], ['write', 'slow']) });

  it.each<[string, readonly ClassInfo[], Partial<Settings>, string]>([
    ['misspelt tags', [shop], { tags: ['raed'] }, '--tags raed leaves no task of Shop: did you mean read? There are the tags read, slow, write'],
    ['tags that exclude each other', [shop], { tags: ['write'], excludeTags: ['slow'] }, '--tags write and --exclude-tags slow leave no task of Shop. There are the tags read, slow, write'],
    ['tags where there are none', [info('Shop', { tasks: tasks([]) })], { tags: ['read'] }, '--tags read leaves no task of Shop. No task has tags'],
    ['a class with the tags that has no users', [info('Shop', { tasks: tasks([]) }), { ...shop, name: 'Idle', weight: 0 }], { tags: ['read'] }, 'no task of Shop'],
    ['no class with users', [{ ...shop, weight: 0 }], {}, 'there is nobody to run'],
    ['tasks without weight', [info('Shop', { tasks: tasks([]).map((task) => ({ ...task, weight: 0 })) })], {}, 'no task of Shop can run'],
    ['stages without users', [shop], { stages: [{ durationMs: 1_000, users: 0 }] }, 'no stage has a user'],
  ])('is refused: %s', (_, classes, given, message) => {
    expect(begins(classes, given)).toThrow(message);
  });

  it('is another one as soon as one task is left, however deep', () => {
    const nested = info('Shop', { tasks: [{ name: 'set', weight: 1, tags: [], set: { order: 'sequential', tasks: tasks(['read']) }, transitions: null }] });
    const chain = info('Shop', { tasks: tasks([]).map((task) => ({ ...task, transitions: { t0: 1 } })) });
    for (const one of [shop, nested, chain]) expect(begins([info('Other', { tasks: tasks(['x']) }), one], { tags: ['read'], excludeTags: ['x'] })).not.toThrow();
    expect(begins([shop], { tags: [], excludeTags: ['read'] })).not.toThrow();
  });
});

it.each<[Partial<Settings>, string | null]>([
  [{ runTimeMs: 9_000 }, 'the run lasts 9s, so no window would be full'],
  [{ runTimeMs: 12_000, warmUpMs: 5_000 }, 'the run is counted for 7s after its warm-up'],
  [{ stages: [{ durationMs: 4_000, users: 2 }] }, 'the run lasts 4s'],
  [{ runTimeMs: 10_000 }, null],
  [{ iterations: 5 }, null],
  [{}, null],
])('a run of %j and a window of ten seconds', (given, message) => {
  const check = (): void => assertWindowsFit(parseThresholds({ typed: ['avg<1', 'avg<1 over 10s'], exported: null, fromFile: null }), localPlan(settings(given), noExports));
  if (message === null) expect(check).not.toThrow();
  else expect(check).toThrow(message);
});

it("takes the scenario's stages, unless users were asked for", () => {
  const exported = { stages: ['30s:10', '1m:50', { duration: 90, target: 0 }], hasShape: false, thresholds: null };
  const staged = localPlan(settings({}), exported);
  expect(staged.load).toEqual({ kind: 'stages', stages: [{ durationMs: 30_000, users: 10 }, { durationMs: 60_000, users: 50 }, { durationMs: 90_000, users: 0 }] });
  expect(runStart(settings({}), staged, [], '1', 0)).toMatchObject({ plan: 'stages 30s:10 1m:50 1m30s:0', users: 50, runTimeMs: 180_000 });
  expect(localPlan(settings({ users: 3 }), exported).load).toEqual({ kind: 'steady', users: 3, spawnPerSec: 1 });
  expect(localPlan(settings({ stages: [{ durationMs: 1, users: 2 }] }), exported).load).toEqual({ kind: 'stages', stages: [{ durationMs: 1, users: 2 }] });
  expect(() => localPlan(settings({}), { ...noExports, stages: ['soon:many'] })).toThrow(/stages/u);
});

it("takes the scenario's shape, unless users or stages were asked for; both stages and a shape contradict each other", () => {
  const exported = { ...noExports, hasShape: true };
  const shaped = localPlan(settings({ runTimeMs: 60_000 }), exported);
  expect(shaped.load).toEqual({ kind: 'shape' });
  expect(runStart(settings({}), shaped, [], '1', 0)).toMatchObject({ plan: "users as the scenario's shape says, for 1m", users: null, runTimeMs: 60_000 });
  expect(passedOver(shaped.load, settings({}), exported)).toEqual([]);
  const stages = [{ durationMs: 1, users: 2 }];
  for (const typed of [{ users: 3 }, { spawnPerSec: 3 }, { iterations: 3 }, { stages }]) {
    const plan = localPlan(settings(typed), exported);
    expect(plan.load.kind).toBe('stages' in typed ? 'stages' : 'steady');
    expect(passedOver(plan.load, settings(typed), exported)).toEqual(['shape is']);
  }
  const both = { ...exported, stages: ['1s:2'] };
  expect(() => localPlan(settings({}), both)).toThrow('the scenario exports both stages and shape, and each says how many users there are: leave one out, or type --stage or --users in their place');
  expect(passedOver(localPlan(settings({ stages }), both).load, settings({ stages }), both)).toEqual(['stages are', 'shape is']);
});

it.each([
  [{ count: 100, periodMs: 1_000 }, 200],
  [{ count: 1, periodMs: 60_000 }, 10],
  [{ count: 50_000, periodMs: 1_000 }, 1_000],
])('gives an open model of %j users for two seconds of arrivals, within reason', (arrivals, users) => {
  const plan = localPlan(settings({ arrivals }), noExports);
  expect(plan).toMatchObject({ isOpen: true, load: { users, spawnPerSec: 20 * users } });
  expect(localPlan(settings({ arrivals, users: 7, spawnPerSec: 2 }), noExports).load).toEqual({ kind: 'steady', users: 7, spawnPerSec: 2 });
});

it('has no more load threads than users where arrivals are dealt out to them', () => {
  const arrivals = { count: 20, periodMs: 1_000 };
  expect([undefined, 64, 3, 1, 0].map((users) => threadsFor(settings({ threadCount: 8, arrivals, users: users ?? null })))).toEqual([8, 8, 3, 1, 1]);
  expect(threadsFor(settings({ threadCount: 8, users: 1 }))).toBe(8);
});

it("tells the scenario the run's options under Locust's names and in its units, and the team's own", () => {
  const given = settings({ users: 50, runTimeMs: 90_500, stopTimeoutMs: 10_000, host: 'http://a', tags: ['x'], configUsers: [{ user_class_name: 'A' }], ownOptions: { tenant: 'acme', logfile: 'mine' }, ...outputs, csvPrefix: 'p' });
  expect(localPlan(given, noExports).parsedOptions).toEqual({
    locustfile: 'a.ts', host: 'http://a', num_users: 50, spawn_rate: 1, run_time: 90.5, stop_timeout: 10, tags: ['x'], exclude_tags: null, headless: true,
    reset_stats: false, equal_weights: false, config_users: ['{"user_class_name":"A"}'], exit_code_on_error: 1, loglevel: 'INFO', logfile: 'mine', only_summary: false,
    csv_prefix: 'p', stats_history_enabled: false, html_file: null, json: false, json_file: null, tenant: 'acme',
  });
  expect(localPlan(settings({ stages: [{ durationMs: 1, users: 2 }] }), noExports).parsedOptions).toMatchObject({ num_users: null, spawn_rate: null, run_time: null, config_users: null });
});

it('says the plan in a line', () => {
  const given = settings({ users: 50, spawnPerSec: 10, runTimeMs: 5_400_000, iterations: 1_000, warmUpMs: 500, maxRate: { count: 30, periodMs: 60_000 } });
  expect(runStart(given, localPlan(given, noExports), [], '1', 0).plan).toMatch(/^50 users, 10 a second, at most 0\.5 tasks a second.*1000 task runs, for 1h30m, the first 500ms not counted$/u);
  const open = settings({ arrivals: { count: 100, periodMs: 1_000 }, runTimeMs: 30_000 });
  expect(runStart(open, localPlan(open, noExports), [], '1', 0).plan).toBe('100 arrivals a second, at most 200 users, for 30s');
});

it('changes classes as --config-users says, and knows the one that was meant', () => {
  const classes = [info('Shopper', { weight: 3 }), info('Admin')];
  const changed = configuredClasses(classes, settings({ configUsers: [{ user_class_name: 'Shopper', weight: 5 }, { user_class_name: 'Admin', fixed_count: 2, host: 'http://x' }] }));
  expect(changed).toEqual([info('Shopper', { weight: 5 }), info('Admin', { fixedCount: 2 })]);
  expect(() => configuredClasses(classes, settings({ configUsers: [{ user_class_name: 'Shoper' }] }))).toThrow(/"Shoper".*did you mean "Shopper"/u);
});

it('stages of rates: users that wait for arrivals, and an end of their own', () => {
  const shop = info('Shop');
  const asked = settings({ stages: [{ durationMs: 10_000, perSec: 50 }, { durationMs: 5_000, perSec: 0 }], threadCount: 4 });
  const plan = localPlan(asked, { ...noExports, stages: ['30s:10'] });
  expect(plan).toMatchObject({ load: { kind: 'steady', users: 100, spawnPerSec: 2_000 }, isOpen: true, arrivalsMs: 15_000, runTimeMs: null });
  expect(runStart(asked, plan, [shop], '1', 0)).toMatchObject({ plan: 'arrivals in stages 10s:50/s 5s:0/s, at most 100 users', runTimeMs: 15_000 });
  expect(threadsFor(settings({ ...asked, users: 2 }))).toBe(2);
  const nothing = settings({ stages: [{ durationMs: 10_000, perSec: 0 }] });
  expect(() => assertSomethingBegins(localPlan(nothing, noExports), [shop], nothing)).toThrow('no stage has a rate above 0');
});

describe('stages of rates that a scenario exports', () => {
  const exported = { ...noExports, stages: ['10s:50/s', { duration: 5, rate: '10/s' }] };
  const rates = [{ durationMs: 10_000, perSec: 50 }, { durationMs: 5_000, perSec: 10 }];

  it('are those of the run, as if they were typed, and each thread has a user for its share', () => {
    const whole = withScenarioRates(settings({ threadCount: 300 }), exported);
    expect(whole.stages).toEqual(rates);
    const plan = localPlan(whole, exported);
    expect(plan).toMatchObject({ load: { kind: 'steady', users: 300 }, isOpen: true, arrivalsMs: 15_000 });
    expect(runStart(whole, plan, [], '1', 0).plan).toBe('arrivals in stages 10s:50/s 5s:10/s, at most 300 users');
    expect(passedOver(plan.load, whole, exported)).toEqual([]);
  });

  it.each<Partial<Settings>>([{ users: 3 }, { spawnPerSec: 3 }, { iterations: 3 }, { stages: [{ durationMs: 1, users: 2 }] }, { stages: [{ durationMs: 1, perSec: 2 }] }, { arrivals: { count: 1, periodMs: 1 } }, { maxRate: { count: 1, periodMs: 1 } }])('are passed over where there is %j', (typed) => {
    const whole = withScenarioRates(settings(typed), exported);
    expect(whole).toEqual(settings(typed));
    expect(passedOver(localPlan(whole, exported).load, whole, exported)).toEqual(['stages are']);
  });

  it.each<[unknown, boolean, string]>([
    [['10s:5', '10s:5/s'], false, "the scenario's stages mix users and rates of arrivals"],
    [['0s:5/s'], false, "the scenario's stages last no time"],
    [['10s:/s'], false, 'a stage of arrivals is 30s:10/s'],
    [['10s:5/s'], true, 'the scenario exports both stages and shape'],
  ])('%j are refused', (stages, hasShape, message) => {
    expect(() => withScenarioRates(settings({}), { stages, hasShape })).toThrow(message);
  });

  it('are none where users are meant', () => {
    expect(withScenarioRates(settings({}), { ...noExports, stages: ['10s:5'] }).stages).toBeNull();
    expect(withScenarioRates(settings({}), noExports).stages).toBeNull();
  });
});
