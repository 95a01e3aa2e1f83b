/** A run among fakes: virtual time, users that come and go after a while, everything written down. */
import type { LocalPlan } from '../../../src/run/loadPlan.ts';
import { startLocalRun, type LocalRun, type LocalUsers } from '../../../src/run/localRun.ts';
import type { EndReason } from '../../../src/report/runView.ts';
import type { ClassInfo } from '../../../src/engine/shared/messages.ts';

export const steady = (users: number, spawnPerSec: number): LocalPlan['load'] => ({ kind: 'steady', users, spawnPerSec });
export const stages = (...list: [durationMs: number, users: number][]): LocalPlan['load'] => ({
  kind: 'stages',
  stages: list.map(([durationMs, users]) => ({ durationMs, users })),
});

const plain: LocalPlan = {
  load: steady(3, 1),
  runTimeMs: null,
  iterations: null,
  warmUpMs: 0,
  countsFromSpawned: false,
  isOpen: false,
  arrivalsMs: null,
  stopTimeoutMs: 0,
  host: null,
  parsedOptions: {},
  equalWeights: false,
};

export type ScenarioHost = {
  /** How long the first order takes on its way, in ms. */
  readonly startMs?: number;
  /** How long users take to come, in ms. */
  readonly spawnMs?: number;
  /** How long users take to leave when they may finish, in ms. */
  readonly finishMs?: number;
  readonly classes?: readonly ClassInfo[];
};

export const classOf = (name: string, weight: number, fixedCount = 0): ClassInfo => ({ name, weight, fixedCount, arrivals: null, replay: null, host: null, taskNames: ['t'], tasks: [], isTaskList: false });

export class LocalRunScene {
  /** Starts in the past of zero: a run must only look at differences. */
  nowMs = -123_456;
  readonly startedMs: number = this.nowMs;
  /** What went down, with the time since the start. */
  readonly calls: [atMs: number, name: string, ...args: unknown[]][] = [];
  readonly logs: string[] = [];
  readonly ended: EndReason[] = [];
  readonly run: LocalRun;
  counts: Readonly<Record<string, number>>;
  iterationsLeft: number | null;
  generation = 0;
  readonly #timers: { readonly dueMs: number; readonly work: () => void }[] = [];
  #isStopping = false;

  constructor(plan: Partial<LocalPlan> = {}, { startMs = 0, spawnMs = 0, finishMs = 0, classes = [classOf('A', 2), classOf('B', 1)] }: ScenarioHost = {}) {
    this.counts = Object.fromEntries(classes.map(({ name }) => [name, 0]));
    this.iterationsLeft = plan.iterations ?? null;
    const call = (name: string, ...args: unknown[]): void => {
      this.calls.push([this.nowMs - this.startedMs, name, ...args]);
    };
    const users: LocalUsers = {
      classes: () => classes,
      counts: () => this.counts,
      startRun: (options) => {
        call('startRun', options);
        this.nowMs += startMs;
      },
      setUsers: (generation, targets, stopTimeoutMs) => {
        call('setUsers', generation, targets, stopTimeoutMs);
        this.#order(generation);
        this.after(spawnMs, () => this.reach(generation, targets));
      },
      stopUsers: (generation, stopTimeoutMs) => {
        call('stopUsers', generation, stopTimeoutMs);
        this.#order(generation);
        this.#isStopping = true;
        this.after(Math.min(finishMs, stopTimeoutMs), () => {
          if (generation !== this.generation) return;
          this.counts = Object.fromEntries(Object.keys(this.counts).map((name) => [name, 0]));
          this.run.input({ kind: 'usersStopped', generation });
        });
      },
      spawningComplete: (count) => call('spawningComplete', count),
      updateUserClass: () => false,
      setCounting: (isOn) => call('setCounting', isOn),
      startArrivals: () => call('startArrivals'),
      iterationsLeft: () => this.iterationsLeft,
    };
    this.run = startLocalRun({
      plan: { ...plain, ...plan },
      users,
      nowMs: () => this.nowMs,
      setTimer: (work, delayMs) => this.after(delayMs, work),
      log: (level, text) => this.logs.push(`${level}: ${text}`),
      onCounting: () => call('onCounting'),
      onOver: (reason) => {
        this.ended.push(reason);
        call('onOver', reason.kind);
      },
    });
  }

  after(delayMs: number, work: () => void): () => void {
    const timer = { dueMs: this.nowMs + delayMs, work };
    this.#timers.push(timer);
    return () => {
      if (this.#timers.includes(timer)) this.#timers.splice(this.#timers.indexOf(timer), 1);
    };
  }

  /** Users are there as asked for, unless a newer order came meanwhile. */
  reach(generation: number, counts: Readonly<Record<string, number>>): void {
    if (generation !== this.generation || this.#isStopping) return;
    this.counts = counts;
    this.run.input({ kind: 'users', generation, counts, reached: true });
  }

  /** Users ended by themselves, or (not reached) with their thread. */
  become(counts: Readonly<Record<string, number>>, reached = true): void {
    this.counts = counts;
    this.run.input({ kind: 'users', generation: this.generation, counts, reached });
  }

  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (let timer = this.#next(untilMs); timer !== undefined; timer = this.#next(untilMs)) {
      this.#timers.splice(this.#timers.indexOf(timer), 1);
      this.nowMs = Math.max(this.nowMs, timer.dueMs);
      timer.work();
    }
    this.nowMs = untilMs;
  }

  /** When and how many users were asked for. */
  asked(): [atMs: number, users: number][] {
    return this.named('setUsers').map(([atMs, , , targets]) => [atMs, sum(targets as Record<string, number>)]);
  }

  named(...names: string[]): [atMs: number, name: string, ...args: unknown[]][] {
    return this.calls.filter(([, name]) => names.includes(name));
  }

  /** What is still to come by timer. */
  get timersLeft(): number {
    return this.#timers.length;
  }

  #next(untilMs: number): { readonly dueMs: number; readonly work: () => void } | undefined {
    return this.#timers.filter(({ dueMs }) => dueMs <= untilMs).sort((one, other) => one.dueMs - other.dueMs)[0];
  }

  #order(generation: number): void {
    if (generation <= this.generation) throw new Error(`generation ${generation} came after ${this.generation}`);
    if (this.#isStopping && this.calls.at(-1)?.[1] === 'setUsers') throw new Error('users were asked for after the end had begun');
    this.generation = generation;
  }
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, users) => all + users, 0);
}
