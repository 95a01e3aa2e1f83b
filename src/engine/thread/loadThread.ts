/**
 * A load thread: obeys the main thread's messages with a scenario's users.
 */
import { events } from '../../scenario/events.ts';
import { errorTrace } from '../../util/errorText.ts';
import type { LogLevel, ThreadOrder } from '../shared/messages.ts';
import { gatherExtras, ListenerCalls } from './listenerCalls.ts';
import { endThread } from './threadEnd.ts';
import type { ThreadParts } from './threadParts.ts';
import { ThreadRun } from './threadRun.ts';

export class LoadThread {
  readonly #parts: ThreadParts;
  readonly #listeners: ListenerCalls;
  readonly #run: ThreadRun;

  constructor(parts: ThreadParts) {
    this.#parts = parts;
    this.#listeners = new ListenerCalls(parts);
    this.#run = new ThreadRun(parts, this.#listeners);
  }

  /** Fires `init` as this worker of the master; `waiting` says what its listeners hold up. Then asks what the scenario adds to the very first report; not waited for long. */
  async init(workerIndex: number, waiting: string): Promise<void> {
    const { environment } = this.#parts;
    environment.workerIndex = workerIndex;
    await this.#listeners.fireInit(waiting);
    await this.#listeners.briefly(this.#listeners.gatherExtras(), 'reportToMaster');
  }

  /** The keys of the very first report, before `init`: a listener that needs what `init` makes is asked again after it. */
  gatherFirstKeys(): Promise<void> {
    const { environment, post } = this.#parts;
    return this.#listeners.briefly(gatherExtras(environment, post, ignore), 'reportToMaster');
  }

  obey(message: ThreadOrder): void {
    const { environment, pace, profiler, recording, trust } = this.#parts;
    switch (message.kind) {
      case 'runStart':
        return this.#run.begin(message.options, message.isUnderWay);
      case 'runOptions':
        return this.#run.takeOptions(message.options);
      case 'users':
        void this.#run.setUsers(message.generation, message.targets, message.stopTimeoutMs);
        return;
      case 'stop':
        void this.#run.stop(message.generation, message.stopTimeoutMs);
        return;
      case 'spawningComplete':
        void this.#listeners.fire(events.spawningComplete, { environment, userCount: message.userCount });
        return;
      case 'updateUserClass':
        return this.#updateUserClass(message.className, message.attributes);
      case 'custom':
        void this.#deliver(message);
        return;
      case 'count':
        recording.setCounting(message.isOn);
        trust.reset();
        return;
      case 'startArrivals':
        return pace.startArrivals(message.startsAtMs);
      case 'runTasks':
        void this.#run.runTasks(message.names);
        return;
      case 'profile':
        return profiler.start(message.what, message.path, message.durationMs);
      case 'gatherExtras':
        void this.#listeners.gatherExtras();
        return;
      case 'close':
        void endThread(this.#parts, this.#listeners, message.exitCode);
        return;
      default:
        message satisfies never;
    }
  }

  #updateUserClass(className: string, attributes: Readonly<Record<string, unknown>>): void {
    const plan = this.#parts.plans.find(({ name }) => name === className);
    for (const problem of plan?.update(attributes) ?? []) this.#log('warning', problem);
  }

  /**
   * An error of the listener is only logged, as Locust's worker does (runners.py, "Uncaught exception in handler"). Without a
   * master Locust lets it escape through whoever sent the message; here it is an error outside tasks.
   */
  async #deliver({ type, data, isOwn }: Extract<ThreadOrder, { readonly kind: 'custom' }>): Promise<void> {
    try {
      await this.#parts.messageListeners.get(type)?.({ type, data });
    } catch (error) {
      if (isOwn) this.#parts.exceptions.addOfListener(error);
      else this.#log('error', `the listener for custom message "${type}" failed: ${errorTrace(error)}`);
    }
  }

  #log(level: LogLevel, text: string): void {
    this.#parts.post({ kind: 'log', level, text });
  }
}

function ignore(): void {
  // it is asked again
}
