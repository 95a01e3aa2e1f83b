import { locustfile, type LocustfileParts } from '../../../src/cluster/locustfile.ts';
import { masterModules, namesIn } from '../../../src/cluster/masterModules.ts';
import type { ClassInfo, OptionInfo, TaskInfo } from '../../../src/engine/shared/messages.ts';
import { parseThresholds } from '../../../src/report/thresholds.ts';

const taskInfo = (name: string, more: Partial<TaskInfo> = {}): TaskInfo => ({ name, weight: 1, tags: [], set: null, transitions: null, ...more });
const classInfo = (name: string, tasks: readonly TaskInfo[], more: Partial<ClassInfo> = {}): ClassInfo => ({
  name, weight: 1, fixedCount: 0, arrivals: null, replay: null, host: null, taskNames: tasks.map((task) => task.name), tasks, isTaskList: false, ...more,
});

const head = { version: '1.2.3', files: ['../my shop.ts'], fileName: 'locustfile.py', words: ['--stage', '5s:10'] };
const modules = [{ name: 'part.py', text: '"""A part."""\n\nimport locust\n\n\ndef install():\n    pass\n' }];
const made = (parts: Partial<LocustfileParts>): string => locustfile({ classes: [], options: [], hasSetup: false, hasTeardown: false, load: null, runTimeMs: null, thresholds: [], thresholdExitCode: 99, head, modules, shipped: ['# shipped'], ...parts });
const classesOf = (text: string): string => text.slice(text.indexOf('none of this is run'), text.indexOf('What the master does')).split('\n').slice(2, -4).join('\n');

it('has a head that says how it was made, the scenario, what the master does, and what it does it with', () => {
  const load = { kind: 'stages', stages: [{ durationMs: 1500, users: 10 }] } as const;
  const thresholds = parseThresholds({ typed: ['http_reqs{name:/a}: rate>5', 'dropped: rate<0.01 over 1m'], exported: { 'GET /a': [{ threshold: 'p(95)<200', abortOnFail: true, delayAbortEval: '2s' }] }, fromFile: null });
  expect(made({ classes: [classInfo('Shopper', [taskInfo('buy')])], load, thresholds })).toBe(`"""Locustfile of ../my shop.ts, for a Locust master whose workers are boomer-node's.

boomer-node 1.2.3 made it from the TypeScript scenario, which is the only source. Do not edit it, make it anew:

    boomer-node locustfile '../my shop.ts' --stage 5s:10 -o locustfile.py

(--check in place of -o says whether it is up to date.) Start it, and workers anywhere:

    locust --master -f locustfile.py
    boomer-node worker '../my shop.ts' --master-host HOST
    boomer-node worker -f - --master-host HOST      (without a copy of the scenario: the master ships it)
"""

import locust

# ----------------------------------------------------------------------------------------------------------------------
# The scenario: what a master has to know of it. Its users live on the workers, none of this is run.
# ----------------------------------------------------------------------------------------------------------------------

# Seconds, and users at their end.
scenario_stages = [
    (1.5, 10),
]

scenario_thresholds = [
    {"row": "http_reqs{name:/a}", "expression": "rate>5", "rows": ["http", "/a", None], "take": "rps", "operator": ">", "limit": 5},
    {"row": "dropped", "expression": "rate<0.01 over 1m", "rows": "all", "take": "drop_ratio", "counts": "dropped", "operator": "<", "limit": 0.01, "over": 60},
    {"row": "GET /a", "expression": "p(95)<200", "rows": ["named", "GET /a"], "take": "p", "percent": 95, "operator": "<", "limit": 200, "abort_on_fail": True, "delay_abort_eval": 2},
]


class Shopper(locust.User):
    @locust.task
    def buy(self): ...


# ----------------------------------------------------------------------------------------------------------------------
# What the master does for it: part.py of boomer-node, whole.
# ----------------------------------------------------------------------------------------------------------------------

"""A part."""

import locust


def install():
    pass


# ----------------------------------------------------------------------------------------------------------------------
# What it does it with.
# ----------------------------------------------------------------------------------------------------------------------


class Stages(StagedShape):
    stages = scenario_stages


install(thresholds=[Threshold(**threshold) for threshold in scenario_thresholds], exit_code=99)


# ----------------------------------------------------------------------------------------------------------------------
# The scenario, for workers that have no copy of it: boomer-node worker -f -
# ----------------------------------------------------------------------------------------------------------------------
# shipped
`);
});

it.each([
  [{ kind: 'shape' }, null, 'class Shape(ScenarioShape):\n    """shape(moment) of the scenario, which a worker evaluates."""\n\n\ninstall_shapes()\n\ninstall()\n'],
  [{ kind: 'shape' }, 1_500, 'which a worker evaluates."""\n\n    run_time = 1.5\n\n\ninstall_shapes()\n'],
  [{ kind: 'stages', stages: [{ durationMs: 1_000, users: 2 }] }, 60_000, 'class Stages(StagedShape):\n    stages = scenario_stages\n    run_time = 60\n\n\ninstall()\n'],
] as const)('writes users over time: %j within %j ms', (load, runTimeMs, lines) => {
  expect(made({ load, runTimeMs })).toContain(lines);
});

it('writes options as fields of the form, and refuses names of Locust\'s', () => {
  const options: readonly OptionInfo[] = [
    { name: 'tenant', type: 'string', default: 'a', choices: ['a', 'b'], help: 'Whose "shop"', isSecret: true },
    { name: 'limit', type: 'number', default: null, choices: null, help: '', isSecret: false },
    { name: 'verbose', type: 'boolean', default: false, choices: null, help: '', isSecret: false },
  ];
  const text = made({ options });
  expect(text).toContain(`scenario_options = [
    {"name": "tenant", "kind": "string", "default": "a", "choices": ["a", "b"], "help": "Whose \\"shop\\"", "secret": True},
    {"name": "limit", "kind": "number"},
    {"name": "verbose", "kind": "boolean", "default": False},
]`);
  expect(text).toMatch(/^install\(options=scenario_options\)$/mu);
  for (const name of ['host', 'users', 'boomer_feed_run']) {
    expect(() => made({ options: options.slice(1, 2).map((option) => ({ ...option, name })) })).toThrow(`option ${name} has the name of an option of Locust's: call it something else`);
  }
});

it('writes weights, counts, hosts, tags, sets within sets and chains', () => {
  const pay = taskInfo('pay', { weight: 2, tags: ['a', 'b "c"'] });
  const steps = [taskInfo('ask', { transitions: { ask: 3 } })];
  const tasks = [pay, taskInfo('checkout', { weight: 3, set: { order: 'sequential', tasks: [taskInfo('inner', { set: { order: 'random', tasks: [pay] } })] } }), taskInfo('visit', { set: { order: 'markov', tasks: steps } })];
  const text = made({ classes: [classInfo('Shopper', tasks, { weight: 0, fixedCount: 4, host: 'http://h:1' }), classInfo('Idle', []), classInfo('Arriving', [], { weight: 2, arrivals: { perSec: 2, maxAtOnce: 20 } })] });
  expect(text).toContain('MarkovTaskSet = getattr(locust, "MarkovTaskSet", locust.TaskSet)');
  expect(classesOf(text)).toBe(`

class Shopper(locust.User):
    host = "http://h:1"
    weight = 0
    fixed_count = 4

    @locust.task(2)
    @locust.tag("a", "b \\"c\\"")
    def pay(self): ...

    @locust.task(3)
    class checkout(locust.SequentialTaskSet):
        @locust.task
        class inner(locust.TaskSet):
            @locust.task(2)
            @locust.tag("a", "b \\"c\\"")
            def pay(self): ...

    @locust.task
    class visit(MarkovTaskSet):
        @locust.task
        def ask(self): ...
        ask.transitions = {"ask": 3}


class Idle(locust.User):
    pass


class Arriving(locust.User):
    """Each user stands for 2 arrivals a second, on schedule, at most 20 at once."""

    weight = 2`);
});

it('keeps names that Python or Locust would not take, and adds up functions of one name', () => {
  const set = { order: 'random', tasks: [taskInfo('x')] } as const;
  const tasks = [taskInfo('run'), taskInfo('run_2'), taskInfo('buy now'), taskInfo('weight', { set }), taskInfo('same'), taskInfo('same', { weight: 2 }), taskInfo('same', { tags: ['t'] })];
  expect(classesOf(made({ classes: [classInfo('$Shop', tasks), classInfo('_Shop', [])] }))).toBe(`

class _Shop_2(locust.User):
    @locust.task
    def run_3(self): ...
    run_3.__name__ = "run"

    @locust.task
    def run_2(self): ...

    @locust.task
    def buy_now(self): ...
    buy_now.__name__ = "buy now"

    @locust.task
    class weight_2(locust.TaskSet):
        @locust.task
        def x(self): ...

    weight_2.__name__ = "weight"

    @locust.task(3)
    def same(self): ...

    @locust.task
    @locust.tag("t")
    def same_2(self): ...
    same_2.__name__ = "same"


_Shop_2.__name__ = "$Shop"
globals()["$Shop"] = globals().pop("_Shop_2")


class _Shop(locust.User):
    pass`);
});

it('refuses a class that is called what the file needs for itself', () => {
  expect(() => made({ classes: [classInfo('install', [])] })).toThrow('the user class install has a name that a locustfile uses for itself: export it under another one, e.g. export { install as installUser }');
});

it('carries modules that say nothing twice', () => {
  const all = masterModules();
  expect(all.map(({ name }) => name)).toEqual(['boomer_master.py', 'boomer_shape.py', 'feeder.py', 'lost_workers.py', 'replay.py', 'stop_test.py']);
  const own = all.map((module) => namesIn([{ ...module, text: module.text.replace(/^(?:import|from) .*$/gmu, '') }]));
  expect(own.map(({ size }) => size > 1)).toEqual([true, true, true, true, true, true]);
  const names = own.flatMap((set) => [...set]);
  expect(names.length).toBe(new Set(names).size);
});

it('is the same for the same', () => {
  const parts = { classes: [classInfo('Shopper', [taskInfo('buy')])], modules: masterModules() };
  expect(made(parts)).toBe(made(structuredClone(parts)));
});
