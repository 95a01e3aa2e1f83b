/**
 * A run without a master, as the command sees it, and the thin shell around its state machine (run by `src/util/machineRunner.ts`): what
 * comes from users and keys goes into `step`, what it decides goes down to the users.
 */
import type { Users, UsersInput } from '../protocol/worker/ports.ts';
import type { EndReason } from '../report/runView.ts';
import type { LogLevel } from '../util/logger.ts';
import type { CheckedDecision } from '../engine/shared/shape.ts';
import type { LocalPlan } from './loadPlan.ts';
import { nextDueMs, statusOf, type LocalStatus, type Now, type RunEffect, type RunEvent, type RunState, type Step } from './runState.ts';
import { firstStep, step } from './runStep.ts';
import { MachineRunner } from '../util/machineRunner.ts';
import type { callLater } from '../util/timers.ts';
import { UserSequence } from './userSequence.ts';

/** What the users below can do beyond those of a worker. */
export type LocalUsers = Pick<Users, 'classes' | 'counts' | 'startRun' | 'setUsers' | 'stopUsers' | 'spawningComplete' | 'updateUserClass'> & {
  /** Samples count from here on (true), or belong to the warm-up. */
  readonly setCounting: (isOn: boolean) => void;
  /** Arrivals of an open model begin. */
  readonly startArrivals: () => void;
  /** Task runs that may still begin; null: no end. */
  readonly iterationsLeft: () => number | null;
};

/** What a run is started with. */
export type LocalRunOptions = {
  readonly plan: LocalPlan;
  readonly users: LocalUsers;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Calls back once after so many milliseconds; returns how to call it off. Node's timer unless a test has its own. */
  readonly setTimer?: typeof callLater;
  readonly log: (level: LogLevel, text: string) => void;
  /** Counting has begun: called once, at once when there is no warm-up. */
  readonly onCounting: () => void;
  /** All users are gone and everything they recorded can be read. */
  readonly onOver: (reason: EndReason) => void;
};

/** A run that is under way. */
export type LocalRun = {
  /** Takes what comes up from the users. */
  readonly input: (input: UsersInput) => void;
  /** The keys w W s S: so many users more (or fewer) than there are to be now, never below 0. */
  readonly changeUsers: (by: number) => void;
  /** What the scenario's function has decided, where the plan is its. */
  readonly decide: (decision: CheckedDecision) => void;
  /** Begins the end, with the stop timeout; the second call cuts it short. */
  readonly stop: (reason: EndReason) => void;
  readonly status: () => LocalStatus;
};

/**
 * Starts a run, which calls `onOver` exactly once, after the last user is gone. Orders go down before this returns, so
 * what comes up must be kept until then. Throws a BoomerError when no class can have a user.
 */
export function startLocalRun(options: LocalRunOptions): LocalRun {
  const { plan, users } = options;
  const sequence = new UserSequence(users.classes(), plan.equalWeights);
  const run = new Run(options, sequence, firstStep(plan, sequence.most));
  return {
    input: (input) => run.input(input),
    changeUsers: (by) => run.handle({ kind: 'change', by }),
    decide: (decision) => run.handle({ kind: 'shape', decision }),
    stop: (reason) => run.handle({ kind: 'stop', reason }),
    status: () => run.status(),
  };
}

class Run {
  readonly #options: LocalRunOptions;
  readonly #sequence: UserSequence;
  #startMs: number;
  readonly #runner: MachineRunner<RunState, RunEvent, RunEffect>;

  constructor(options: LocalRunOptions, sequence: UserSequence, { state, effects }: Step) {
    const { setTimer, log } = options;
    this.#options = options;
    this.#sequence = sequence;
    this.#startMs = options.nowMs();
    this.#runner = new MachineRunner<RunState, RunEvent, RunEffect>({
      state,
      step: (before, event) => step(before, event, this.#now()),
      carryOut: (effect) => this.#carryOut(effect),
      tick: { kind: 'tick' },
      dueMs: (now) => nextDueMs(now, this.#elapsedMs()),
      nowMs: () => this.#elapsedMs(),
      ...(setTimer === undefined ? {} : { setTimer }),
      log,
    });
    this.#sayWhoDoesNotFit();
    this.#runner.start(effects);
  }

  input(input: UsersInput): void {
    switch (input.kind) {
      case 'users':
        return this.handle({ kind: 'users', generation: input.generation, users: sumOf(input.counts), reached: input.reached });
      case 'usersStopped':
        return this.handle({ kind: 'usersStopped', generation: input.generation });
      case 'stopTest':
        return this.handle({ kind: 'stop', reason: { kind: 'stopTest', reason: input.reason } });
      case 'replayed':
        return this.handle({ kind: 'stop', reason: { kind: 'replayed', reason: input.reason } });
      case 'exception':
      case 'customFromUser':
        return; // numbers and messages: others look after them
    }
  }

  handle(event: RunEvent): void {
    this.#runner.handle(event);
  }

  status(): LocalStatus {
    return { ...statusOf(this.#runner.state, this.#now()), userCounts: this.#options.users.counts() };
  }

  #elapsedMs(): number {
    return this.#options.nowMs() - this.#startMs;
  }

  #now(): Now {
    return { elapsedMs: this.#elapsedMs(), iterationsLeft: this.#options.users.iterationsLeft() };
  }

  #carryOut(effect: RunEffect): void {
    const { users, plan, log, onCounting, onOver } = this.#options;
    switch (effect.kind) {
      case 'startRun':
        // Alone, a runner is the first and only worker (Locust runners.py, `LocalRunner.__init__`).
        return users.startRun({ host: plan.host, parsedOptions: plan.parsedOptions, tags: null, excludeTags: null, workerIndex: 0 });
      case 'countNothing':
        users.setCounting(false);
        return this.#begin();
      case 'count':
        // Threads begin to count as soon as they hear of it: whatever clears the numbers comes before.
        onCounting();
        return effect.isFirst ? this.#begin() : users.setCounting(true);
      case 'setUsers':
        return users.setUsers(effect.generation, this.#targets(effect), plan.stopTimeoutMs);
      case 'stopUsers':
        return users.stopUsers(effect.generation, effect.stopTimeoutMs);
      case 'spawningComplete':
        log('info', `All users spawned: ${JSON.stringify(users.counts())} (${effect.users} total users)`);
        return users.spawningComplete(effect.users);
      case 'startArrivals':
        return users.startArrivals();
      case 'log':
        return log(effect.level, effect.text);
      case 'over':
        return onOver(effect.reason);
    }
  }

  /** The time that it has begins here: what its start took on a busy machine is not taken from it. */
  #begin(): void {
    this.#startMs = this.#options.nowMs();
  }

  #targets({ users, classes }: Extract<RunEffect, { readonly kind: 'setUsers' }>): Readonly<Record<string, number>> {
    if (classes === null) return this.#sequence.moveTo(users);
    return Object.fromEntries(this.#options.users.classes().map(({ name }) => [name, classes[name] ?? 0]));
  }

  /** As Locust says it (main.py), and the other way round too, where it spawns fewer without a word. */
  #sayWhoDoesNotFit(): void {
    const { plan, log } = this.#options;
    if (plan.load.kind !== 'steady') return;
    const { fixed, most } = this.#sequence;
    if (fixed > plan.load.users) log('info', `The user classes' fixed counts (${fixed}) are more than the number of users (${plan.load.users}): not all will be spawned`);
    if (most < plan.load.users) log('warning', `All user classes have fixed counts, ${most} users in all: there will not be ${plan.load.users}`);
  }
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, users) => sum + users, 0);
}
