/**
 * Test runs in a thread: their options, their users, their end.
 */
import { events } from '../../scenario/events.ts';
import type { RunOptions } from '../shared/messages.ts';
import type { ListenerCalls } from './listenerCalls.ts';
import { runTasksOnce } from './taskRuns.ts';
import type { ThreadParts } from './threadParts.ts';

/** The runs of one thread, one after the other. */
export class ThreadRun {
  readonly #parts: ThreadParts;
  readonly #listeners: ListenerCalls;
  /** Listeners of `testStart` are done; users wait for it. */
  #started: Promise<void> = Promise.resolve();
  /** Of the run: what its end still has to say, once, however many stops there are; null until its users are gone. */
  #run: { lastWords: Promise<void> | null } = { lastWords: null };
  /** The newest wish for users or their end; what was superseded while it waited is dropped. */
  #generation = 0;

  constructor(parts: ThreadParts, listeners: ListenerCalls) {
    this.#parts = parts;
    this.#listeners = listeners;
  }

  /** A new run; `isUnderWay` when this thread takes the place of a lost one in the midst of it. */
  begin(options: RunOptions, isUnderWay: boolean): void {
    const { environment, pace, trust } = this.#parts;
    this.takeOptions(options);
    if (!isUnderWay) trust.reset();
    pace.begin();
    this.#run = { lastWords: null };
    this.#started = this.#listeners.fireAwaited(events.testStart, environment, 'no user begins', 'a listener of testStart has not ended');
  }

  takeOptions(options: RunOptions): void {
    const { environment, plans, post } = this.#parts;
    environment.take(options);
    this.#applyHost();
    for (const plan of plans) {
      for (const name of plan.filterByTags({ tags: environment.tags, excludeTags: environment.excludeTags })) {
        post({ kind: 'log', level: 'warning', text: `${name} has no task left to run: check tags, exclude tags and weights; a user without tasks idles` });
      }
    }
  }

  async setUsers(generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs: number): Promise<void> {
    const { groups, setState } = this.#parts;
    this.#generation = generation;
    await this.#started;
    if (this.#generation !== generation) return;
    setState('spawning');
    await groups.setTargets(generation, targets, stopTimeoutMs);
    if (this.#generation === generation) setState('running');
  }

  async stop(generation: number, stopTimeoutMs: number): Promise<void> {
    const { exceptions, groups, pace, post, recording, setState, trust } = this.#parts;
    const run = this.#run;
    this.#generation = generation;
    setState('stopping');
    pace.endArrivals();
    await groups.stopAll(generation, stopTimeoutMs);
    if (this.#generation === generation) pace.end();
    // A second stop cuts the grace of the first short: both wait for the same end.
    await (run.lastWords ??= this.#lastWords());
    exceptions.flush();
    recording.flush();
    trust.update();
    if (this.#generation === generation) setState('ready');
    post({ kind: 'stopped', generation });
  }

  /** Each of these tasks once, instead of users that go on. */
  async runTasks(names: readonly string[]): Promise<void> {
    const { exceptions, plans, post, recording, spawnOnce } = this.#parts;
    await this.#started;
    this.#applyHost();
    const { runs, unknownNames } = await runTasksOnce(names, plans, spawnOnce);
    exceptions.flush();
    recording.flush();
    post({ kind: 'tasksRun', runs, unknownNames });
  }

  #applyHost(): void {
    const { environment, plans } = this.#parts;
    if (environment.host !== null) for (const plan of plans) plan.host = environment.host;
  }

  async #lastWords(): Promise<void> {
    await this.#listeners.briefly(this.#listeners.fire(events.testStop, this.#parts.environment), 'testStop');
    await this.#listeners.briefly(this.#listeners.gatherExtras(), 'reportToMaster');
  }
}
