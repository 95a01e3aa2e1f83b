/**
 * A load thread: obeys the main thread's messages with a scenario's users. Everything concrete is handed in by the
 * entry, so that this file is the thread's behaviour and nothing else.
 */
import { events } from '../user/events.ts';
import type { EventHook } from '../user/eventHook.ts';
import type { MessageListener } from '../user/world.ts';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine, errorTrace } from '../util/errorText.ts';
import { printed } from '../util/printed.ts';
import type { ThreadExceptions } from './exceptions.ts';
import type { LogLevel, MainToThread, RunOptions, ThreadToMain } from './messages.ts';
import type { Profiler } from './profiler.ts';
import type { Recording } from './recording.ts';
import { gatherExtras } from './reportExtras.ts';
import { runTasksOnce, type SpawnOnce } from './taskRuns.ts';
import type { ThreadEnvironment } from './threadEnvironment.ts';
import type { ThreadPace } from './threadPace.ts';
import type { TrustWatch } from './trustWatch.ts';
import type { UserGroups } from './userGroups.ts';
import type { UserPlan } from './userPlan.ts';

/** Listeners of `testStop`, of the last `reportToMaster` of a run, of `quitting` and of `quit` get so long before the thread goes on without them. */
const lastListenersMs = 250;

export type ThreadParts = {
  readonly post: (message: ThreadToMain) => void;
  readonly plans: readonly UserPlan[];
  readonly groups: UserGroups;
  readonly environment: ThreadEnvironment;
  readonly exceptions: ThreadExceptions;
  readonly messageListeners: ReadonlyMap<string, MessageListener>;
  readonly recording: Pick<Recording, 'setCounting' | 'syncWallClock' | 'flush'>;
  readonly pace: Pick<ThreadPace, 'begin' | 'startArrivals' | 'endArrivals' | 'end'>;
  readonly trust: Pick<TrustWatch, 'reset' | 'update'>;
  readonly profiler: Pick<Profiler, 'start' | 'finish'>;
  readonly spawnOnce: SpawnOnce;
  /** Tells the environment's `runner.state`. */
  readonly setState: (state: 'ready' | 'spawning' | 'running' | 'stopping') => void;
  readonly close: () => void;
};

export class LoadThread {
  readonly #parts: ThreadParts;
  /** Listeners of `testStart` are done; users wait for it. */
  #started: Promise<void> = Promise.resolve();
  /** Of the run: what its end still has to say, once, however many stops there are; null until its users are gone. */
  #run: { lastWords: Promise<void> | null } = { lastWords: null };
  /** The newest `users` or `stop`; what was superseded while it waited is dropped. */
  #generation = 0;

  constructor(parts: ThreadParts) {
    this.#parts = parts;
  }

  obey(message: MainToThread): void {
    switch (message.kind) {
      case 'runStart':
        this.#takeOptions(message.options);
        if (!message.isUnderWay) this.#parts.trust.reset();
        this.#parts.pace.begin();
        this.#run = { lastWords: null };
        this.#started = this.#fire(events.testStart, this.#parts.environment);
        return;
      case 'runOptions':
        this.#takeOptions(message.options);
        return;
      case 'users':
        this.#generation = message.generation;
        void this.#setUsers(message.generation, message.targets, message.stopTimeoutMs);
        return;
      case 'stop':
        this.#generation = message.generation;
        void this.#stop(message.generation, message.stopTimeoutMs);
        return;
      case 'spawningComplete':
        void this.#fire(events.spawningComplete, { environment: this.#parts.environment, userCount: message.userCount });
        return;
      case 'updateUserClass':
        this.#updateUserClass(message.className, message.attributes);
        return;
      case 'custom':
        void this.#deliver(message.type, message.data);
        return;
      case 'count':
        this.#parts.recording.setCounting(message.isOn);
        this.#parts.trust.reset();
        return;
      case 'startArrivals':
        this.#parts.pace.startArrivals(message.startsAtMs);
        return;
      case 'runTasks':
        void this.#runTasks(message.names);
        return;
      case 'profile':
        this.#parts.profiler.start(message.what, message.path, message.durationMs);
        return;
      case 'gatherExtras':
        void this.#gatherExtras();
        return;
      case 'close':
        void this.#close(message.exitCode);
        return;
      default:
        message satisfies never;
    }
  }

  #takeOptions(options: RunOptions): void {
    const { environment, plans } = this.#parts;
    this.#parts.recording.syncWallClock();
    environment.take(options);
    this.#applyHost();
    for (const plan of plans) {
      for (const name of plan.filterByTags({ tags: environment.tags, excludeTags: environment.excludeTags })) {
        this.#log('warning', `${name} has no task left to run: check tags, exclude tags and weights; a user without tasks idles`);
      }
    }
  }

  #applyHost(): void {
    const { host } = this.#parts.environment;
    if (host !== null) for (const plan of this.#parts.plans) plan.host = host;
  }

  async #setUsers(generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs: number): Promise<void> {
    await this.#started;
    if (this.#generation !== generation) return;
    this.#parts.setState('spawning');
    await this.#parts.groups.setTargets(generation, targets, stopTimeoutMs);
    if (this.#generation === generation) this.#parts.setState('running');
  }

  async #stop(generation: number, stopTimeoutMs: number): Promise<void> {
    const { groups, exceptions, pace, post, recording, trust } = this.#parts;
    const run = this.#run;
    this.#parts.setState('stopping');
    pace.endArrivals();
    await groups.stopAll(generation, stopTimeoutMs);
    if (this.#generation === generation) pace.end();
    // A second stop cuts the grace of the first short: both wait for the same end.
    await (run.lastWords ??= this.#lastWords());
    exceptions.flush();
    recording.flush();
    trust.update();
    if (this.#generation === generation) this.#parts.setState('ready');
    post({ kind: 'stopped', generation });
  }

  async #lastWords(): Promise<void> {
    await this.#briefly(this.#fire(events.testStop, this.#parts.environment), 'testStop');
    await this.#briefly(this.#gatherExtras(), 'reportToMaster');
  }

  #updateUserClass(className: string, attributes: Readonly<Record<string, unknown>>): void {
    const plan = this.#parts.plans.find(({ name }) => name === className);
    for (const problem of plan?.update(attributes) ?? []) this.#log('warning', problem);
  }

  async #deliver(type: string, data: unknown): Promise<void> {
    try {
      await this.#parts.messageListeners.get(type)?.({ type, data });
    } catch (error) {
      this.#log('error', `the listener for custom message "${type}" failed: ${errorTrace(error)}`);
    }
  }

  async #runTasks(names: readonly string[]): Promise<void> {
    const { exceptions, plans, post, recording, spawnOnce } = this.#parts;
    await this.#started;
    this.#applyHost();
    const { runs, unknownNames } = await runTasksOnce(names, plans, spawnOnce);
    exceptions.flush();
    recording.flush();
    post({ kind: 'tasksRun', runs, unknownNames });
  }

  async #close(exitCode: number): Promise<void> {
    const { environment, exceptions, profiler, recording } = this.#parts;
    await this.#briefly(this.#fire(events.quitting, environment), 'quitting');
    const code = checkedExitCode(environment.processExitCode);
    if (code === 'wrong') this.#log('warning', `environment.processExitCode must be a whole number from 0 to 255, got ${printed(environment.processExitCode)}: it is left out`);
    await this.#briefly(this.#fire(events.quit, { environment, exitCode: typeof code === 'number' ? code : exitCode }), 'quit');
    await profiler.finish();
    exceptions.flush();
    recording.flush();
    this.#parts.post({ kind: 'closed', exitCode: code === 'wrong' ? null : code });
    this.#parts.close();
  }

  #gatherExtras(): Promise<void> {
    return gatherExtras(this.#parts.environment, this.#parts.post, this.#listenerFailed);
  }

  #fire<Argument>(event: EventHook<Argument>, argument: Argument): Promise<void> {
    return event.fire(argument, this.#listenerFailed);
  }

  /** The main thread logs it, as any error outside tasks. */
  readonly #listenerFailed = (error: unknown): void => this.#parts.exceptions.addOfListener(error);

  async #briefly(listeners: Promise<void>, name: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), lastListenersMs)));
    const outcome = await Promise.race([listeners, late]);
    clearTimeout(timer);
    if (outcome === 'late') this.#log('warning', `a listener of ${name} took longer than ${lastListenersMs} ms: going on without it`);
  }

  #log(level: LogLevel, text: string): void {
    this.#parts.post({ kind: 'log', level, text });
  }
}

function checkedExitCode(code: unknown): number | null | 'wrong' {
  if (code === null || code === undefined) return null;
  return typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= 255 ? code : 'wrong';
}

/** One sentence and the trace, for a scenario that could not be loaded: ours, or what it threw. */
export function loadFailure(error: unknown): ThreadToMain {
  const reason = error instanceof BoomerError ? error.message : `it threw while it was loaded: ${errorLine(error)}`;
  return { kind: 'loadFailed', reason, trace: errorTrace(error) };
}
