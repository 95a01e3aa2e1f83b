/** From recordings to a scenario: what is kept, what belongs together, what varies. */
import { BoomerError } from '../util/boomerError.ts';
import { counted } from '../util/counted.ts';
import { aligned, columnsOf, rowColumns, type Column } from './steps/comparison.ts';
import { correlated, type Correlation, type Twins } from './steps/correlation.ts';
import { stepOf } from './steps/makeStep.ts';
import { takenTypeNames } from './openApi/schemaTypes.ts';
import { unknownOrigin, type Recording } from './recording.ts';
import { Secrets, type Secret } from './steps/secrets.ts';
import { selected, siteOf, type Choice, type Visit } from './selection.ts';
import { startCookies } from './steps/headers.ts';
import { describedParameters, type DescribedParameters } from './steps/parameters.ts';
import type { Slot, Step } from './steps/step.ts';
import { rowTasks, thinkTimes, walkTasks, type PlannedTask } from './steps/tasks.ts';
import { variablesFor } from './steps/variables.ts';
import { walksOf, type Walk } from './steps/walks.ts';
import type { AnswerChecks } from './writer/checks.ts';
import { identifier, Names, quoted, type Code, type Parts } from './writer/code.ts';
import type { Helper } from './writer/helpers.ts';
import { scenarioText, type FeederPlan, type SetPlan } from './writer/scenarioText.ts';

/** What was asked for beside the files. */
export type ImportOptions = Omit<Choice, 'keepsPreflights'> & {
  /** The site's, if its requests are not to be found out; null: they are. */
  readonly host: string | null;
  /** In small letters: stay although a browser sends them by itself. */
  readonly keptHeaders: ReadonlySet<string>;
  /** Of a description: one answer in so many is compared with its schema; null: none. */
  readonly checkEvery: number | null;
};

/** The scenario, and what to tell whoever asked for it. */
export type Imported = { readonly text: string; readonly secrets: readonly Secret[]; readonly summary: readonly string[] };

/** What a task's method may not be called: members of users and task sets. */
const members = 'client user parent wait interrupt random environment host signal sleep measure record recordSuccess recordFailure rest restUncached onStart onStop waitTime scheduleTask schedule context startedMs engineOfKind tasks stop run name constructor toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable leave'.split(' ');
/** What a constant in a task may not be called: what is called there besides. */
const usedInTasks = 'field cut missing xmlText secrets process Buffer URL Date Math crypto Number String decodeURIComponent encodeURIComponent checks'.split(' ');
/** What a constant of the file may not be called: what it has besides. */
const globals = [...usedInTasks, ...'secret feed task tag between constant visitors ajv Ajv schemaCheck'.split(' ')];

/** Throws a BoomerError when nothing is left to write. */
export function importTraffic(recordings: readonly Recording[], options: ImportOptions): Imported {
  const isChosen = recordings.every((recording) => recording.isChosen);
  const choice = isChosen ? { keepsStatic: true, keepsThirdParties: true, keepsPreflights: true } : { ...options, keepsPreflights: false };
  const { origin } = selected(recordings.flatMap((recording) => recording.exchanges), choice, originOf(options.host));
  const selections = recordings.map((recording) => ({ recording, ...selected(recording.exchanges, choice, origin) }));
  const sources = recordings.map(({ source, kind }) => `${source} (${kind})`).join(', ');
  const leftOut = selections.flatMap((selection) => selection.leftOut.map((reason) => (recordings.length === 1 ? reason : `${reason} of ${selection.recording.source}`)));
  if (selections.every(({ visits }) => visits.length === 0)) throw new BoomerError('unreadable-traffic', `${sources}: no request is left for a scenario${leftOut.length === 0 ? '' : `: left out were ${leftOut.join(', ')}`}`);

  const types = new Map(recordings.flatMap(({ description }) => [...(description?.types ?? [])]));
  const classNames = new Names([...takenTypeNames, ...types.keys()]);
  const className = classNames.free(`${siteName(origin, recordings[0]?.source ?? '')}User`);
  const stepsOf = (visits: readonly Visit[]): readonly Step[] => visits.map((visit) => stepOf(visit, options.keptHeaders));
  const recorded = selections.filter(({ visits }) => visits.length > 0).map(({ recording, visits }) => ({
    recording,
    steps: stepsOf(visits),
    sessions: recording.walks.map((exchanges) => stepsOf(selected(exchanges, choice, origin).visits)).filter((steps) => steps.length > 0),
  }));
  const { walks, remarks: otherWays } = walksOf(recorded);
  const secrets = new Secrets(new Names());
  const made = walks.map((walk) => setOf(walk, { secrets, origin, wanted: walk.name === '' ? className.replace(/User$/u, 'Walk') : `${capital(identifier(walk.name, 'site'))}Walk`, classNames, number: walks.indexOf(walk), isOnly: walks.length === 1 }));
  const replaced = new Map(made.flatMap((set) => [...set.replaced]));
  const unknown = made.flatMap(({ correlation }) => [...correlation.unknown]);
  const uses = made.flatMap(({ correlation }) => correlation.uses);
  const tasks = made.flatMap(({ plan }) => plan.tasks);
  const checks = options.checkEvery === null ? null : checksOf(tasks, recordings, options.checkEvery);
  const host = options.host ?? (origin === unknownOrigin ? null : origin);
  const text = scenarioText({
    className,
    origin,
    host,
    sets: made.map(({ plan }) => plan),
    waitSec: walks.some(({ isWalk }) => isWalk) ? (made.map(({ plan }) => thinkTimes(plan.tasks)).find((times) => times !== null) ?? null) : null,
    replaced,
    remarks: new Map(unknown.map((slot) => [slot, `not correlated: no answer of the recording brought ${slot.key === '' ? slot.place : slot.key}`])),
    secrets: secrets.all,
    types,
    checks,
    helpers: new Set<Helper>([...made.flatMap(({ correlation }) => [...correlation.helpers]), ...secrets.helpers]),
    head: [`Made by boomer-node import of ${sources}.`],
  });
  const remarks = recordings.flatMap((recording) => recording.remarks);
  const captured = new Set(uses.flatMap(({ pieces }) => pieces.filter((piece) => typeof piece !== 'string')));
  const columns = made.reduce((sum, { plan }) => sum + (plan.feeder?.columns.length ?? 0), 0);
  const data = made.reduce((sum, { plan }) => sum + plan.feeders.size, 0);
  return {
    text,
    secrets: secrets.all,
    summary: [
      `${counted(tasks.reduce((sum, { steps }) => sum + steps.length, 0), 'request')} in ${counted(tasks.length, 'task')} of ${className}`,
      ...[...leftOut, ...otherWays, ...remarks].map((reason) => `left out: ${reason}`),
      ...(host === null ? ['no host was recorded: run it with --host URL'] : []),
      ...(captured.size === 0 ? [] : [`taken from answers: ${counted(captured.size, 'value')}`]),
      ...(columns === 0 ? [] : [`different in each recording: ${counted(columns, 'value')}, now of a feeder`]),
      ...(data === 0 ? [] : [`different from request to request: data of ${counted(data, 'task')}, now of feeders`]),
      ...(checks === null ? [] : [`answers of ${counted(checks.names.size, 'operation')} are compared with their schemas: npm install --save-dev ajv`]),
      ...(unknown.length === 0 ? [] : [`not correlated: ${counted(unknown.length, 'value')}, marked in the scenario`]),
    ],
  };
}

/** Throws a BoomerError when no description says what an answer looks like. */
function checksOf(tasks: readonly PlannedTask[], recordings: readonly Recording[], every: number): AnswerChecks {
  const free = new Names();
  const names = new Map(tasks.flatMap(({ name, steps }) => steps.filter(({ visit }) => (visit.described?.answers.size ?? 0) > 0).map((step) => [step, free.free(name)] as const)));
  if (names.size === 0) throw new BoomerError('usage', '--check-schema expects an OpenAPI description that has schemas of answers');
  return { every, names, definitions: new Map(recordings.flatMap(({ description }) => [...(description?.definitions ?? [])])) };
}

function originOf(host: string | null): string | null {
  return host === null ? null : new URL(host).origin;
}

type Surroundings = { readonly secrets: Secrets; readonly origin: string | null; readonly wanted: string; readonly classNames: Names; readonly number: number; readonly isOnly: boolean };
type MadeSet = { readonly plan: SetPlan; readonly replaced: ReadonlyMap<Slot, Parts>; readonly correlation: Correlation };

function setOf(walk: Walk, surroundings: Surroundings): MadeSet {
  return walk.isWalk ? walkSet(walk, surroundings) : rowSet(walk, surroundings);
}

function walkSet({ weight, recordings: [steps = [], ...others] }: Walk, { secrets, origin, wanted, classNames, number, isOnly }: Surroundings): MadeSet {
  const alignments = others.map((other) => aligned(steps, other));
  const twins: Twins = new Map(steps.map((step) => [step, alignments.map((alignment) => alignment.get(step) ?? null)]));
  const tasks = walkTasks(steps, new Names(members));
  const correlation = correlated(steps, twins, origin);
  const { lines, answers, fields, replaced: captured } = variablesFor(correlation.uses, tasks, globals);
  const cookies = cookieCode(steps, origin, secrets);
  const fed = feederOf(columnsOf(correlation.varying, steps, twins), { name: `visitors${number === 0 ? '' : number + 1}`, taken: [], access: (column) => `this.#visitor.${column}`, isOneForAll: false }, secrets);
  const known = new Map([...captured, ...correlation.generated, ...fed.replaced]);
  const replaced = new Map([...known, ...secrets.replace(steps, known)]);
  // A user class can stand for one walk alone: of several each has its weight, its start and its names.
  const name = !isOnly || tasks.length > 1 || fields.length > 0 || fed.plan !== null ? classNames.free(wanted) : null;
  return { plan: { name, weight, ...shown(tasks, replaced, secrets), feeders: new Map(), parameters: new Map(), fields, lines, answers, feeder: fed.plan, cookies }, replaced, correlation };
}

/** Requests of many people, or without an order: a task for each row, with what varies of a feeder. */
function rowSet({ recordings, isChosen }: Walk, { secrets, origin }: Surroundings): MadeSet {
  const steps = recordings.flat();
  const kinds = rowTasks(steps, isChosen, new Names(members));
  const correlation = correlated(kinds.flatMap(({ task }) => task.steps), new Map(), origin);
  const feederNames = new Names([...globals, ...members]);
  const known = new Map<Slot, Parts>(correlation.generated);
  const feeders = new Map<PlannedTask, FeederPlan>();
  for (const { task, samples } of kinds) {
    const [step] = task.steps;
    if (step === undefined) continue;
    const columns = rowColumns(step, samples, (slot) => !known.has(slot) && (slot.isBytes === true || !secrets.isOne(slot.key, String(slot.value))));
    if (columns.length === 0) continue;
    const name = feederNames.free(`${task.name}Rows`);
    const fed = feederOf(columns, { name, taken: [...usedInTasks, name], access: (column) => column, isOneForAll: true }, secrets);
    if (fed.plan !== null) feeders.set(task, fed.plan);
    for (const [slot, parts] of fed.replaced) known.set(slot, parts);
  }
  const parameters = new Map(kinds.flatMap(({ task }) => task.steps).filter(({ visit }) => visit.described !== null).map((step): [Step, DescribedParameters] => [step, describedParameters(step, [...globals, ...members])]));
  for (const { replaced } of parameters.values()) for (const [slot, parts] of replaced) known.set(slot, parts);
  const cookies = kinds.every(({ samples }) => samples.length === 1) ? cookieCode(steps, origin, secrets) : null;
  const tasks = kinds.map(({ task }) => task);
  const replaced = new Map([...known, ...secrets.replace(tasks.flatMap((task) => task.steps), known)]);
  const made = shown(tasks, replaced, secrets);
  const feedersShown = new Map(tasks.flatMap((task, index) => {
    const [feeder, own] = [feeders.get(task), made.tasks[index]];
    return feeder === undefined || own === undefined ? [] : [[own, feeder] as const];
  }));
  return { plan: { name: null, weight: 1, ...made, feeders: feedersShown, parameters, fields: [], lines: new Map(), answers: new Map(), feeder: null, cookies }, replaced, correlation: { ...correlation, uses: [], helpers: new Set() } };
}

function cookieCode(steps: readonly Step[], origin: string | null, secrets: Secrets): Code | null {
  const cookies = startCookies(steps, origin);
  return cookies === null ? null : secrets.codeFor(cookies, 'cookies', `cookies of ${origin ?? 'the host'}, as a browser's cookie header has them`);
}

/** As they may be seen: titles, and the names of rows. */
function shown(tasks: readonly PlannedTask[], replaced: ReadonlyMap<Slot, Parts>, secrets: Secrets): { readonly tasks: readonly PlannedTask[]; readonly rowNames: ReadonlyMap<Step, string> } {
  return {
    tasks: tasks.map((task) => ({ ...task, title: task.title === null ? null : secrets.withoutSecrets(task.title) })),
    rowNames: new Map(tasks.flatMap(({ steps }) => steps.map((step) => [step, secrets.withoutSecrets(rowNameOf(step, replaced))]))),
  };
}

/** `taken`: what no column may be called; `isOneForAll`: of what is secret in them, the same stands in all rows. */
type FeederChoice = { readonly name: string; readonly taken: readonly string[]; readonly access: (column: string) => string; readonly isOneForAll: boolean };

/** A feeder with its name, and the slots with the code for their column. */
function feederOf(columns: readonly Column[], { name, taken, access, isOneForAll }: FeederChoice, secrets: Secrets): { readonly plan: FeederPlan | null; readonly replaced: ReadonlyMap<Slot, Parts> } {
  const replaced = new Map<Slot, Parts>();
  if (columns.length === 0) return { plan: null, replaced };
  const names = new Names(taken);
  const named = columns.map((column) => ({ ...column, name: names.free(identifier(column.key, 'value')) }));
  for (const { name: column, slots, values } of named) for (const slot of slots) replaced.set(slot, [{ code: access(column), type: values.every((value) => typeof value === 'string') ? 'string' : 'sent' }]);
  const shared = isOneForAll ? new Map<string, string>() : null;
  const cell = ({ key, slots: [slot], values }: Column, row: number): Code | null => {
    const value = values[row];
    if (value === undefined) return null;
    const what = `${key} of recording ${row + 1}`;
    if (typeof value === 'number' && secrets.isOne(key, String(value))) return { code: `Number(${secrets.codeFor(String(value), key, what).code})`, type: 'sent' };
    if (typeof value !== 'string') return { code: String(value), type: 'sent' };
    return slot === undefined || slot.isBytes === true ? { code: quoted(value), type: 'string' } : secrets.textCode(slot, value, what, shared);
  };
  const rows = Array.from({ length: named[0]?.values.length ?? 0 }, (_, row) => named.map((column) => cell(column, row)));
  return { plan: { name, columns: named.map(({ name: column, values }) => ({ name: column, type: typeOf(values) })), rows: [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()] }, replaced };
}

/** `string`, `boolean | null`. */
function typeOf(values: Column['values']): string {
  return [...new Set(values.flatMap((value) => (value === undefined ? [] : value === null ? ['null'] : [typeof value])))].join(' | ');
}

/** A part of a path that varies is named after what it is, unless the file has a name for the row. */
function rowNameOf({ name, path, visit }: Step, replaced: ReadonlyMap<Slot, Parts>): string {
  if (visit.names?.row !== null && visit.names?.row !== undefined) return name;
  const [own = '', ...rest] = name.split(/(?=[?\s])/u);
  const segments = own.split('/').slice(1);
  if (segments.length !== path.length) return name;
  return `/${path.map((slot, index) => (replaced.has(slot) && !segments[index]?.startsWith('[') ? `[${slot.key === '' ? 'id' : slot.key}]` : (segments[index] ?? ''))).join('/')}${rest.join('')}`;
}

/** `Shop` of `https://www.shop.example`; of an address the file's name. */
function siteName(origin: string | null, source: string): string {
  const { hostname } = new URL(origin ?? 'http://localhost');
  const labels = hostname.split('.').filter((label) => label !== 'www');
  const isName = labels.length > 1 && !/^[\d.]+$|^\[|\.invalid$/u.test(hostname);
  return capital(identifier(isName && origin !== null ? (siteOf(origin).split('.')[0] ?? '') : source.replace(/\.\w+$/u, ''), 'site'));
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
