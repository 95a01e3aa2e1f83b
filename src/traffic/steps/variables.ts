/** Names and places for captured values: within a task a constant, beyond it a field that lasts as long as the walk. */
import type { Capture, Use } from './correlation.ts';
import type { Slot, Step } from './step.ts';
import type { PlannedTask } from './tasks.ts';
import { identifier, Names, type Code, type Parts } from '../writer/code.ts';

/** A line behind a request: `const token = …` or `this.#token = …`. */
export type CaptureLine = { readonly target: string; readonly capture: Capture };

/** A field of the walk. */
export type Field = { readonly name: string; readonly type: 'string' | 'number' };

/** Where captured values are kept, and what they make of the slots that send them. */
export type Variables = {
  readonly lines: ReadonlyMap<Step, readonly CaptureLine[]>;
  /** Variables for answers, of steps that have lines. */
  readonly answers: ReadonlyMap<Step, string>;
  readonly fields: readonly Field[];
  readonly replaced: ReadonlyMap<Slot, Parts>;
};

/** `taken`: names that the scenario has for something else. */
export function variablesFor(uses: readonly Use[], tasks: readonly PlannedTask[], taken: Iterable<string>): Variables {
  const steps = tasks.flatMap((task) => task.steps);
  const taskOf = new Map(tasks.flatMap((task) => task.steps.map((step) => [step, task] as const)));
  const usesOf = new Map<Capture, Use[]>();
  for (const use of uses) for (const piece of new Set(use.pieces)) if (typeof piece !== 'string') usesOf.set(piece, [...(usesOf.get(piece) ?? []), use]);
  const captures = [...usesOf.keys()].filter(({ source }) => !source.isStanding).toSorted((a, b) => steps.indexOf(a.step) - steps.indexOf(b.step));
  const isLocal = (capture: Capture): boolean => (usesOf.get(capture) ?? []).every(({ step }) => taskOf.get(step) === taskOf.get(capture.step));
  const code = new Map<Capture, Code>();
  const fields = namedFields(captures.filter((capture) => !isLocal(capture)), (capture) => (usesOf.get(capture) ?? []).map(({ step }) => steps.indexOf(step)), (capture) => steps.indexOf(capture.step));
  for (const [capture, field] of fields) code.set(capture, { code: `this.#${field.name}`, type: field.type });
  const locals = new Map(tasks.map((task) => [task, new Names(taken)]));
  const namesIn = (step: Step): Names => {
    const task = taskOf.get(step);
    return (task === undefined ? undefined : locals.get(task)) ?? new Names();
  };
  const lines = new Map<Step, CaptureLine[]>();
  for (const capture of captures) {
    const field = fields.get(capture);
    const target = field === undefined ? `const ${localName(capture, namesIn(capture.step))}` : `this.#${field.name}`;
    if (field === undefined) code.set(capture, { code: target.slice('const '.length), type: typeOf(capture) });
    lines.set(capture.step, [...(lines.get(capture.step) ?? []), { target, capture }]);
  }
  const answers = new Map([...lines.keys()].map((step) => [step, namesIn(step).free(answerName(step), 'answer')]));
  const codeOf = (capture: Capture): Code => code.get(capture) ?? { code: capture.source.code(''), type: 'string' };
  const replaced = new Map(uses.map(({ slot, pieces }) => [slot, pieces.map((piece) => (typeof piece === 'string' ? piece : codeOf(piece)))]));
  return { lines, answers, fields: distinct([...fields.values()]), replaced };
}

function typeOf({ source }: Capture): Field['type'] {
  return source.isNumber ? 'number' : 'string';
}

function localName({ name }: Capture, names: Names): string {
  const own = identifier(name, 'value');
  return names.free(own, `its${own.charAt(0).toUpperCase()}${own.slice(1)}`);
}

/** Several captures share a field when none is overwritten before its last use: a token that each page brings anew. */
function namedFields(captures: readonly Capture[], usedAt: (capture: Capture) => readonly number[], takenAt: (capture: Capture) => number): ReadonlyMap<Capture, Field> {
  const names = new Names();
  const found = new Map<Capture, Field>();
  const shared = new Map<string, { readonly field: Field; lastUse: number }>();
  for (const capture of captures) {
    const own = identifier(capture.name, 'value');
    const key = `${own} ${typeOf(capture)}`;
    const before = shared.get(key);
    const lastUse = Math.max(...usedAt(capture));
    if (before !== undefined && before.lastUse <= takenAt(capture)) {
      before.lastUse = lastUse;
      found.set(capture, before.field);
      continue;
    }
    const field: Field = { name: names.free(own), type: typeOf(capture) };
    shared.set(key, { field, lastUse });
    found.set(capture, field);
  }
  return found;
}

function distinct(fields: readonly Field[]): readonly Field[] {
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}

function answerName({ path, method }: Step): string {
  const words = path.map(({ value }) => String(value)).filter((segment) => /^[a-z][\w.-]*$/iu.test(segment) && !/^(?:api|v\d+)$/iu.test(segment));
  return identifier(words.at(-1)?.replace(/\.\w+$/u, '') ?? (method === 'GET' ? 'page' : 'answer'), 'answer');
}
