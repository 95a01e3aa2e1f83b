/** A scenario as a colleague would have written it: the file's text. */
import type { Secret } from '../steps/secrets.ts';
import type { DescribedParameters } from '../steps/parameters.ts';
import type { Slot, Step } from '../steps/step.ts';
import type { PlannedTask } from '../steps/tasks.ts';
import type { CaptureLine, Field } from '../steps/variables.ts';
import { comment, docComment, headComment, printed, quoted, type Code, type Shape } from './code.ts';
import { helperTexts, type Helper } from './helpers.ts';
import { checkImport, checkLines, type AnswerChecks } from './checks.ts';
import { parameterLines, requestCode, type Replaced } from './requestCode.ts';

/** Data that differed from recording to recording, or from request to request: a feeder's rows; null: that row has nothing there. */
export type FeederPlan = { readonly name: string; readonly columns: readonly { readonly name: string; readonly type: string }[]; readonly rows: readonly (readonly (Code | null)[])[] };

/** Tasks that belong together. */
export type SetPlan = {
  /** Of the task set, whose tasks come one after the other; null: tasks of the user, picked by weight. */
  readonly name: string | null;
  /** Of a task set: how often it is run, beside the others. */
  readonly weight: number;
  readonly tasks: readonly PlannedTask[];
  /** Of all steps. */
  readonly rowNames: ReadonlyMap<Step, string>;
  readonly fields: readonly Field[];
  readonly lines: ReadonlyMap<Step, readonly CaptureLine[]>;
  readonly answers: ReadonlyMap<Step, string>;
  /** Of the walk: a row for each. */
  readonly feeder: FeederPlan | null;
  /** Of tasks: a row at random for each time that one is run. */
  readonly feeders: ReadonlyMap<PlannedTask, FeederPlan>;
  /** Of described requests. */
  readonly parameters: ReadonlyMap<Step, DescribedParameters>;
  /** Cookies that were there before the recording, as one header; null: none. */
  readonly cookies: Code | null;
};

/** All that is known of a scenario before it is text. */
export type ScenarioPlan = {
  readonly className: string;
  /** What requests are relative to; null: nothing. */
  readonly origin: string | null;
  /** Null: nobody knows, and it has to be said with `--host`. */
  readonly host: string | null;
  readonly sets: readonly SetPlan[];
  readonly waitSec: readonly [minSec: number, maxSec: number] | null;
  readonly replaced: Replaced;
  readonly remarks: ReadonlyMap<Slot, string>;
  readonly secrets: readonly Secret[];
  readonly helpers: ReadonlySet<Helper>;
  /** Types of what is sent, by name. */
  readonly types: ReadonlyMap<string, string>;
  /** Of answers; null: they are not checked. */
  readonly checks: AnswerChecks | null;
  /** Where it comes from, one sentence a line. */
  readonly head: readonly string[];
};

/** Always the same for the same plan. */
export function scenarioText(plan: ScenarioPlan): string {
  const { className, sets, secrets, head, helpers } = plan;
  const walks = sets.filter(({ name }) => name !== null);
  const waits = waitLines(plan);
  const isWeighted = walks.some(({ weight }) => weight !== walks[0]?.weight);
  const names = [...(isWeighted ? ['type TaskItem'] : []), ...(sets.some(({ feeder, feeders }) => feeder !== null || feeders.size > 0) ? ['feed'] : []), 'HttpUser', ...(walks.length > 0 ? ['SequentialTaskSet'] : []), /(\w+)\(/u.exec(waits.join(''))?.[1] ?? 'between', 'task'];
  const parts = [
    `${headComment(head)}\nimport { ${names.toSorted(byName).join(', ')} } from 'boomer-node';${plan.checks === null ? '' : `\n${checkImport}`}`,
    ...(plan.types.size === 0 ? [] : [[...plan.types.values()].join('\n\n')]),
    ...(secrets.length === 0 ? [] : [secretLines(secrets)]),
    ...sets.flatMap(({ feeder }) => (feeder === null ? [] : [`// What differed between the recordings: a row for each, to which yours may be added.\n${feederLines(feeder, false)}`])),
    ...sets.flatMap(({ feeders }) => (feeders.size === 0 ? [] : [[...feeders.values()].map((feeder) => feederLines(feeder, true)).join('\n')])),
    ...walks.map((set) => `class ${set.name ?? ''} extends SequentialTaskSet<${className}> {\n${setBody(set, plan)}\n}`),
    userClass(plan, waits),
    ...(plan.checks === null ? [] : checkLines(plan.checks)),
    ...helperTexts(new Set([...helpers, ...(secrets.length === 0 ? [] : ['secret' as const])])),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Classes before functions. */
function byName(a: string, b: string): number {
  const isClass = (name: string): boolean => /^[A-Z]/u.test(name);
  return Number(isClass(b)) - Number(isClass(a)) || (a < b ? -1 : 1);
}

function secretLines(secrets: readonly Secret[]): string {
  return ['// Not in this file, but in the environment of whoever runs it.', 'const secrets = {', ...secrets.map(({ property, variable, what }) => `  ${property}: secret(${quoted(variable)}), ${comment(what)}`), '};'].join('\n');
}

function feederLines({ name, columns, rows }: FeederPlan, isRandom: boolean): string {
  const shape: Shape = { list: rows.map((row) => ({ fields: columns.flatMap(({ name: column }, index) => (row[index] === null || row[index] === undefined ? [] : [[column, row[index]] as const])) })) };
  // TypeScript makes no union of rows that have other columns each where there are templates among them.
  const isTyped = rows.some((row) => row.includes(null)) && rows.some((row) => row.some((cell) => cell?.code.startsWith('`') === true));
  const type = columns.map((column, index) => `${column.name}${rows.some((row) => row[index] === null) ? '?' : ''}: ${column.type}`).join('; ');
  return `const ${name} = feed.array${isTyped ? `<{ ${type} }>` : ''}(${printed(shape, 0, 1000)}${isRandom ? `, { name: ${quoted(name)}, order: 'random' }` : ''});`;
}

function userClass(plan: ScenarioPlan, waits: readonly string[]): string {
  const { className, host, sets } = plan;
  const walks = sets.filter(({ name }) => name !== null);
  const lines = [...(host === null ? [] : [`  static host = ${quoted(host)};`]), ...(walks.length === 0 ? [] : [`  static tasks = ${walksCode(walks)};`]), ...waits];
  const own = sets.filter(({ name }) => name === null).map((set) => setBody(set, plan));
  return `export class ${className} extends HttpUser {\n${[lines.join('\n'), ...own].join('\n\n')}\n}`;
}

/** A list, or with how often each is walked. */
function walksCode(walks: readonly SetPlan[]): string {
  const isEven = walks.every(({ weight }) => weight === walks[0]?.weight);
  return isEven ? `[${walks.map(({ name }) => name ?? '').join(', ')}]` : `new Map<TaskItem, number>([${walks.map(({ name, weight }) => `[${name ?? ''}, ${weight}]`).join(', ')}])`;
}

function setBody(set: SetPlan, plan: ScenarioPlan): string {
  const { fields, feeder, tasks, name } = set;
  const members = [
    ...(feeder === null ? [] : [`  #visitor!: { ${feeder.columns.map((column) => `${column.name}: ${column.type}`).join('; ')} };`]),
    ...fields.map((field) => `  #${field.name} = ${field.type === 'number' ? '0' : "''"};`),
  ];
  const setUp = startLines(set);
  const start = setUp.length === 0 ? [] : [`  ${feeder === null ? '' : 'async '}onStart() {\n${setUp.map((line) => `    ${line}`).join('\n')}\n  }`];
  const leave = name === null ? [] : ['  @task\n  leave() {\n    this.interrupt();\n  }'];
  return [...(members.length === 0 ? [] : [members.join('\n')]), ...start, ...tasks.map((task) => taskLines(task, set, plan).join('\n')), ...leave].join('\n\n');
}

function startLines({ name, cookies, tasks, feeder }: SetPlan): readonly string[] {
  const answers = tasks.flatMap(({ steps }) => steps.flatMap(({ visit }) => [visit, ...visit.redirects].flatMap(({ answer }) => answer ?? [])));
  const setsCookies = answers.some(({ headers }) => headers.some(([header]) => header.toLowerCase() === 'set-cookie'));
  return [
    ...(name !== null && (setsCookies || cookies !== null) ? ["// Each walk is a new visitor's.", 'this.client.cookies.clear();'] : []),
    ...(cookies === null ? [] : [`for (const cookie of ${cookies.code}.split(/;\\s*/)) this.client.cookies.set(cookie);`]),
    ...(feeder === null ? [] : [`this.#visitor = await ${feeder.name}.next(${name === null ? 'this' : 'this.user'});`]),
  ];
}

function waitLines({ waitSec }: ScenarioPlan): readonly string[] {
  const [min, max] = waitSec ?? [1, 5];
  return waitSec === null ? ['  waitTime = between(1, 5); // nothing was recorded of how long people wait'] : [`  waitTime = ${min === max ? `constant(${min})` : `between(${min}, ${max})`};`];
}

function taskLines(task: PlannedTask, set: SetPlan, plan: ScenarioPlan): readonly string[] {
  const { name, title, weight, steps } = task;
  const feeder = set.feeders.get(task);
  return [
    ...(title === null || title === '' ? [] : [`  ${docComment(title)}`]),
    `  @task${weight === 1 ? '' : `(${weight})`}`,
    `  async ${name}() {`,
    ...(feeder === undefined ? [] : [`    const { ${feeder.columns.map((column) => column.name).join(', ')} } = await ${feeder.name}.next(this);`]),
    ...steps.flatMap((step) => stepLines(step, set, plan).map((line) => `    ${line}`)),
    '  }',
  ];
}

function stepLines(step: Step, { lines, answers, parameters, rowNames }: SetPlan, { replaced, origin, remarks, checks }: ScenarioPlan): readonly string[] {
  const status = step.visit.answer?.status ?? 0;
  const answer = answers.get(step);
  const head = answer === undefined ? 'await ' : `const ${answer} = await `;
  // What stands in the URL has no line of its own.
  const inUrl = [...step.path, ...(step.query !== null && 'place' in step.query ? [step.query] : [])].flatMap((slot) => remarks.get(slot) ?? []);
  return [
    ...inUrl.map(comment),
    ...parameterLines(parameters.get(step), replaced),
    `${head}${requestCode(step, { replaced, origin, remarks, name: rowNames.get(step) ?? step.name, check: checks?.names.get(step) ?? null }, head.length + 4)};${status >= 400 ? ` // was answered with ${status}` : ''}`,
    ...(lines.get(step) ?? []).map(({ target, capture }) => `${target} = ${capture.source.code(answer ?? 'answer')};`),
  ];
}
