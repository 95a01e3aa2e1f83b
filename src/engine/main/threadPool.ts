/**
 * All load threads taken together, as the agent sees its users: splits targets over threads and adds up their answers.
 * It never waits for a thread without a deadline.
 */
import type { Users } from '../../protocol/worker/ports.ts';
import type { ArrivalCounts, ThreadTrust } from '../../report/runView.ts';
import type { ClassInfo, RunOptions, ScenarioSettings } from '../shared/messages.ts';
import type { OneOffTasks } from './oneOffTasks.ts';
import type { PoolOptions } from './poolOptions.ts';
import { type PoolParts, startParts } from './poolParts.ts';
import type { Extras } from './reportExtras.ts';
import { threadTrust } from './trustWarning.ts';

export type { PoolOptions } from './poolOptions.ts';

const watchEveryMs = 500;

export class ThreadPool implements Users {
  readonly #parts: PoolParts;
  readonly #watch: NodeJS.Timeout;
  readonly #isAlone: boolean;

  private constructor(options: PoolOptions) {
    this.#parts = startParts(options);
    this.#isAlone = options.isAlone ?? false;
    this.#watch = setInterval(() => this.#look(options.nowMs()), watchEveryMs);
  }

  /** Starts all threads and waits until each has loaded the scenario and, where the worker's index is known, fired its `init`; rejects with a BoomerError when one cannot, or with what `bundleUrls` rejects with. */
  static async start(options: PoolOptions): Promise<ThreadPool> {
    const pool = new ThreadPool(options);
    try {
      await Promise.all([pool.#parts.loading.whenLoaded(), options.bundleUrls]);
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    } finally {
      pool.#parts.loading.endStart();
    }
  }

  readonly classes = (): readonly ClassInfo[] => this.#parts.loading.classes;

  readonly counts = (): Readonly<Record<string, number>> => this.#parts.userTargets.counts();

  readonly init = (workerIndex: number, whenDone: () => void): void => {
    this.#parts.run.know(workerIndex);
    void this.#parts.oneOffTasks.init(workerIndex).then(whenDone);
  };

  readonly startRun = (options: RunOptions): void => {
    this.#parts.userTargets.clear();
    this.#parts.trustWarning.begin();
    this.#parts.run.begin(options);
  };

  /** Before `runTasks`: what a run would tell the scenario, though none begins. */
  readonly rehearse = (options: RunOptions): void => this.#parts.run.rehearse(options);

  readonly updateOptions = (options: RunOptions): void => this.#parts.run.update(options);

  readonly setUsers = (generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs: number): void => {
    this.#parts.stopping.clear();
    this.#parts.userTargets.set(generation, targets, stopTimeoutMs);
  };

  readonly stopUsers = (generation: number, stopTimeoutMs: number): void => {
    this.#parts.run.end();
    this.#parts.userTargets.clear();
    // A master that quits listens for half a second: what listeners have counted so far must not wait for the last user.
    this.#parts.extras.askNow();
    this.#parts.stopping.begin(generation, stopTimeoutMs);
  };

  readonly spawningComplete = (userCount: number): void => this.#parts.sendToAll({ kind: 'spawningComplete', userCount });

  readonly updateUserClass = (className: string, attributes: Readonly<Record<string, unknown>>): boolean => {
    if (!this.classes().some(({ name }) => name === className)) return false;
    const { classEdits } = this.#parts;
    classEdits.set(className, { ...classEdits.get(className), ...attributes });
    this.#parts.sendToAll({ kind: 'updateUserClass', className, attributes });
    return true;
  };

  readonly deliver = (type: string, data: unknown): boolean => {
    if (this.#parts.feeds.take(type, data)) return true;
    const listeners = this.#parts.threads.filter((thread) => thread.listening.includes(type));
    for (const thread of listeners) thread.post({ kind: 'custom', type, data, isOwn: this.#isAlone });
    return listeners.length > 0;
  };

  /** Samples count from here on (true), or belong to the warm-up. */
  readonly setCounting = (isOn: boolean): void => {
    this.#parts.counting.isOn = isOn;
    if (isOn) this.#parts.pace.countArrivalsAnew();
    for (const thread of this.#parts.threads) this.#parts.counting.sendTo(thread);
  };

  /** Arrivals of an open model begin now, until the users are stopped. */
  readonly startArrivals = (): void => this.#parts.run.startArrivals();

  /** Task runs that may still begin; null: no end. */
  readonly iterationsLeft = (): number | null => this.#parts.pace.iterationsLeft();

  /** Arrivals since the run began, or its warm-up was over; null without an open model. */
  readonly arrivals = (): ArrivalCounts | null => this.#parts.pace.arrivals();

  /** How well each thread kept up since the run began, or its warm-up was over. */
  readonly trust = (): readonly ThreadTrust[] => this.#parts.threads.map((thread) => threadTrust(thread.index, thread.trust()));

  /** What the scenario exports for a run without a master, unchecked. */
  readonly settings = (): ScenarioSettings => this.#parts.loading.settings;

  /** See OneOffTasks. */
  readonly runTasks: OneOffTasks['runTasks'] = (names) => this.#parts.oneOffTasks.runTasks(names);
  readonly profile: OneOffTasks['profile'] = (what, path, durationMs) => this.#parts.oneOffTasks.profile(what, path, durationMs);

  /** What the scenario's listeners add to the report that is sent now. */
  readonly takeExtras = (): Extras => this.#parts.extras.take();

  /**
   * Ends all threads, after their `quitting` and `quit` listeners or a deadline. Resolves with the exit code that the scenario
   * set (`environment.processExitCode`; of several threads' the highest), or null. May be called twice.
   */
  async close(exitCode = 0): Promise<number | null> {
    clearInterval(this.#watch);
    this.#parts.extras.close();
    this.#parts.stopping.clear();
    return this.#parts.closing.close(exitCode, this.#parts.oneOffTasks.isProfiling);
  }

  #look(nowMs: number): void {
    for (const thread of this.#parts.threads) thread.watch(nowMs);
    this.#parts.feeds.watch();
    if (this.#parts.run.isUnderWay) this.#parts.trustWarning.look(this.#parts.threads.map((thread) => thread.trust()), nowMs);
  }
}
