/**
 * `shape(moment)` of a scenario: one load thread of all workers evaluates it, once a second, when it is asked. What it decides is checked
 * here, where an author's mistake still has its trace.
 */
import type { Environment } from '../../../scenario/environment.ts';
import type { MessageListener } from '../../../scenario/scenarioHost.ts';
import { BoomerError } from '../../../util/boomerError.ts';
import { errorLine } from '../../../util/errorText.ts';
import { nearest } from '../../../util/nearest.ts';
import { printed } from '../../../util/printed.ts';
import { isMap } from '../../../util/typeGuards.ts';
import { type CheckedDecision, type Moment, type ShapeAnswer, type ShapeQuestion, shapeThread } from '../../shared/shape.ts';

/** What a scenario exports as `shape`; its result is looked at, whatever its type says. */
export type ShapeFunction = (moment: Moment, environment: Environment) => unknown;

/** What the function needs of its thread. */
export type TestShapeParts = {
  readonly shape: ShapeFunction;
  readonly threadIndex: number;
  /** Of the scenario. */
  readonly classNames: readonly string[];
  readonly environment: Environment;
  readonly send: (answer: ShapeAnswer) => void;
  readonly onError: (error: unknown) => void;
};

export class TestShape {
  readonly #parts: TestShapeParts;
  #isBusy = false;
  /** Whether classes were named so far in this test: a total would mean another division from then on. */
  #before: { readonly run: string; readonly isByClass: boolean } | null = null;

  constructor(parts: TestShapeParts) {
    this.#parts = parts;
  }

  /** Hears the questions. */
  readonly listener: MessageListener = async ({ data }) => {
    if (this.#parts.threadIndex !== shapeThread || !isQuestion(data) || this.#isBusy) return;
    // A function that takes longer than a second is asked when it is done, not twice at a time.
    this.#isBusy = true;
    try {
      await this.#answer(data);
    } finally {
      this.#isBusy = false;
    }
  };

  async #answer({ run, number, moment }: ShapeQuestion): Promise<void> {
    const { shape, classNames, environment, send, onError } = this.#parts;
    try {
      const decision = checkedDecision(await shape(moment, environment), classNames);
      if (decision !== null) this.#requireSameKind(run, typeof decision.users !== 'number');
      send({ kind: 'decided', run, number, decision });
    } catch (error) {
      // First the error with its trace: the answer ends the test.
      onError(error);
      send({ kind: 'failed', run, number, reason: errorLine(error) });
    }
  }

  #requireSameKind(run: string, isByClass: boolean): void {
    if (this.#before?.run === run && this.#before.isByClass !== isByClass) {
      const [before, now] = isByClass ? ['a number of users', 'users of classes'] : ['users of classes', 'a number of users'];
      throw new BoomerError('bad-shape', `shape() returned ${before} before, and now ${now}: let it return the one or the other throughout a test`);
    }
    this.#before = { run, isByClass };
  }
}

/** What the function returned, in whole users. Throws a BoomerError `bad-shape` that says what was expected. */
export function checkedDecision(value: unknown, classNames: readonly string[]): CheckedDecision | null {
  if (value === null) return null;
  if (!isMap(value)) throw badShape('{ users, spawnRate }, or null to end the test', value);
  const { users, spawnRate = null, ...others } = value;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw badShape('users and spawnRate', unknown);
  if (spawnRate !== null && !(typeof spawnRate === 'number' && spawnRate > 0)) throw badShape('a spawnRate above 0', spawnRate);
  const rate = typeof spawnRate === 'number' && Number.isFinite(spawnRate) ? spawnRate : null;
  if (!isMap(users)) return { users: wholeUsers(users, 'users'), spawnRate: rate };
  const stranger = Object.keys(users).find((name) => !classNames.includes(name));
  if (stranger !== undefined) {
    const meant = nearest(stranger, classNames);
    throw new BoomerError('bad-shape', `shape() names the user class ${stranger}, which there is not${meant === null ? '.' : `: did you mean ${meant}?`} There is ${classNames.join(', ')}`);
  }
  return { users: Object.fromEntries(Object.entries(users).map(([name, count]) => [name, wholeUsers(count, `users of ${name}`)])), spawnRate: rate };
}

function wholeUsers(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw badShape(`${what} that are a number from 0 on`, value);
  // A curve gives fractions.
  return Math.round(value);
}

function badShape(expected: string, got: unknown): BoomerError {
  return new BoomerError('bad-shape', `shape() must return ${expected}, got ${printed(got)}`);
}

function isQuestion(value: unknown): value is ShapeQuestion {
  return isMap(value) && value['kind'] === 'ask' && typeof value['run'] === 'string' && typeof value['number'] === 'number' && isMap(value['moment']);
}
