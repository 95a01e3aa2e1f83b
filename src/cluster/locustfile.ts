/**
 * The locustfile of a TypeScript scenario: what a Locust master has to know of it, as Python that stands alone. Equal scenarios give
 * equal bytes. Pure.
 */
import type { ClassInfo, OptionInfo } from '../engine/shared/messages.ts';
import { metricRules, quantityOf, type RowFilter, type Threshold } from '../report/thresholds.ts';
import type { LocalPlan } from '../run/loadPlan.ts';
import { BoomerError } from '../util/boomerError.ts';
import { isFreeName } from './locustOptions.ts';
import { type MasterModule, namesIn } from './masterModules.ts';
import { classLines, hasMarkovChain } from './pythonClasses.ts';
import { pythonList, pythonValue } from './pythonText.ts';

/** What a locustfile is made of. */
export type LocustfileParts = {
  readonly classes: readonly ClassInfo[];
  /** Those that the scenario declares. */
  readonly options: readonly OptionInfo[];
  /** Whether it has functions that run once a test. */
  readonly hasSetup: boolean;
  readonly hasTeardown: boolean;
  /** Users over time; null: whoever starts the test says how many there are. */
  readonly load: Exclude<LocalPlan['load'], { readonly kind: 'steady' }> | null;
  /** Ends what `load` has not ended by then; null: nothing does. */
  readonly runTimeMs: number | null;
  readonly thresholds: readonly Threshold[];
  readonly thresholdExitCode: number;
  /** How the file is made and used. */
  readonly head: LocustfileHead;
  readonly modules: readonly MasterModule[];
  /** The scenario itself, as comments; see `shippedLines`. */
  readonly shipped: readonly string[];
};

/** How the file is made and used, for its first lines; paths as seen from its folder. */
export type LocustfileHead = {
  readonly version: string;
  /** The scenario's. */
  readonly files: readonly string[];
  /** Its own name. */
  readonly fileName: string;
  /** More words of the command that made it, as typed. */
  readonly words: readonly string[];
};

const ownNames = ['MarkovTaskSet', 'Shape', 'Stages', 'scenario_options', 'scenario_stages', 'scenario_thresholds'];

/** The whole text. Throws a BoomerError for a class that the file cannot have. */
export function locustfile({ classes, options, hasSetup, hasTeardown, load, runTimeMs, thresholds, thresholdExitCode, head, modules, shipped }: LocustfileParts): string {
  const taken = new Set([...namesIn(modules), ...ownNames]);
  const settings = [
    ...(options.length === 0 ? [] : ['', `scenario_options = ${pythonList(options.map(optionText))}`]),
    ...(load?.kind !== 'stages' ? [] : ['', '# Seconds, and users at their end.', `scenario_stages = ${pythonList(load.stages.map(({ durationMs, users }) => `(${durationMs / 1000}, ${users})`))}`]),
    ...(thresholds.length === 0 ? [] : ['', `scenario_thresholds = ${pythonList(thresholds.map(thresholdText))}`]),
  ];
  const given = [...(options.length === 0 ? [] : ['options=scenario_options']), ...(hasSetup ? ['has_setup=True'] : []), ...(hasTeardown ? ['has_teardown=True'] : []), ...(thresholds.length === 0 ? [] : ['thresholds=[Threshold(**threshold) for threshold in scenario_thresholds]', `exit_code=${thresholdExitCode}`])];
  const lines = [
    headText(head),
    '',
    'import locust',
    ...(classes.some(({ tasks }) => hasMarkovChain(tasks)) ? ['', '# Older releases of Locust have none.', 'MarkovTaskSet = getattr(locust, "MarkovTaskSet", locust.TaskSet)'] : []),
    '',
    banner('The scenario: what a master has to know of it. Its users live on the workers, none of this is run.'),
    ...settings,
    ...classLines(classes, taken),
    ...modules.flatMap(({ name, text }) => ['', '', banner(`What the master does for it: ${name} of boomer-node, whole.`), '', text.trimEnd()]),
    '',
    '',
    banner('What it does it with.'),
    ...(load === null ? [] : shapeLines(load, runTimeMs)),
    '',
    `install(${given.join(', ')})`,
    '',
    '',
    banner('The scenario, for workers that have no copy of it: boomer-node worker -f -'),
    ...shipped,
  ];
  return `${lines.join('\n')}\n`;
}

/** What Locust finds as its load shape. */
function shapeLines({ kind }: NonNullable<LocustfileParts['load']>, runTimeMs: number | null): readonly string[] {
  const limit = runTimeMs === null ? [] : [`    run_time = ${runTimeMs / 1000}`];
  if (kind === 'stages') return ['', '', 'class Stages(StagedShape):', '    stages = scenario_stages', ...limit, ''];
  return ['', '', 'class Shape(ScenarioShape):', '    """shape(moment) of the scenario, which a worker evaluates."""', ...(limit.length === 0 ? [] : ['', ...limit]), '', '', 'install_shapes()'];
}

function headText({ version, files, fileName, words }: LocustfileHead): string {
  const scenario = files.map(shellWord).join(' ');
  const command = ['boomer-node locustfile', scenario, ...words.map(shellWord), '-o', shellWord(fileName)].join(' ');
  const text = `Locustfile of ${files.join(', ')}, for a Locust master whose workers are boomer-node's.

boomer-node ${version} made it from the TypeScript scenario, which is the only source. Do not edit it, make it anew:

    ${command}

(--check in place of -o says whether it is up to date.) Start it, and workers anywhere:

    locust --master -f ${shellWord(fileName)}
    boomer-node worker ${scenario} --master-host HOST
    boomer-node worker -f - --master-host HOST      (without a copy of the scenario: the master ships it)
`;
  return `"""${text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"')}"""`;
}

function banner(text: string): string {
  return `# ${'-'.repeat(118)}\n# ${text}\n# ${'-'.repeat(118)}`;
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll('\'', '\'\\\'\'')}'`;
}

/** `{"name": "tenant", …}`: what `add_option` of the module takes. */
function optionText({ name, type, default: standard, choices, help, isSecret }: OptionInfo): string {
  if (!isFreeName(name)) throw new BoomerError('bad-option', `option ${name} has the name of an option of Locust's: call it something else`);
  return pythonValue({
    name,
    kind: type,
    ...(standard === null ? {} : { default: standard }),
    ...(choices === null ? {} : { choices }),
    ...(help === '' ? {} : { help }),
    ...(isSecret ? { secret: true } : {}),
  });
}

/** `{"row": "GET /users", …}`: what the class Threshold of the module takes. */
function thresholdText({ row, expression, target, condition, abortOnFail, delayAbortEvalMs }: Threshold): string {
  const { aggregation, operator, limit } = condition;
  const { counts } = metricRules(target.metric);
  return pythonValue({
    row,
    expression,
    rows: rowsOf(target.rows),
    // The rate of a name depends on what has that name.
    take: target.metric === 'row' && target.rows.kind === 'named' && aggregation.kind === 'rate' ? 'rate' : quantityOf(target, aggregation).kind,
    ...(counts === 'requests' ? {} : { counts: countsOf[counts] }),
    ...(aggregation.kind === 'p' ? { percent: aggregation.percent } : {}),
    operator,
    limit,
    ...(condition.overMs === null ? {} : { over: condition.overMs / 1000 }),
    ...(target.isFromSchedule ? { from_schedule: true } : {}),
    ...(abortOnFail ? { abort_on_fail: true, delay_abort_eval: delayAbortEvalMs / 1000 } : {}),
  });
}

function rowsOf(rows: RowFilter): string | readonly (string | null)[] {
  switch (rows.kind) {
    case 'all':
    case 'http': return rows.kind;
    case 'named': return ['named', rows.text];
    case 'tagged': return [rows.isHttp ? 'http' : 'tagged', rows.name, rows.method];
  }
}

/** What the class Threshold calls what a metric counts. */
const countsOf = { requests: 'requests', 'arrivals on schedule': 'started', 'dropped arrivals': 'dropped', 'late arrivals': 'late' } as const;
