/**
 * What threads are asked to do once and answer later: fire `init`, run some tasks, profile themselves.
 */
import { join, parse } from 'node:path';
import { BoomerError } from '../../util/boomerError.ts';
import type { TaskRun, ThreadToMain } from '../shared/messages.ts';
import type { LoadThread } from './loadThread.ts';

type Message<Kind extends ThreadToMain['kind']> = Extract<ThreadToMain, { readonly kind: Kind }>;

export class OneOffTasks {
  readonly #threads: readonly LoadThread[];
  readonly #taskRuns = new PendingReplies<Message<'tasksRun'>>();
  readonly #inits = new PendingReplies<Message<'initialised'>>();
  readonly #profiles = new PendingReplies<Message<'profiled'>>();

  constructor(threads: readonly LoadThread[]) {
    this.#threads = threads;
  }

  /** All threads that hold their `init` fire it; resolves when its listeners are done in each that is not lost meanwhile. */
  async init(workerIndex: number): Promise<void> {
    const asked = this.#threads.filter((thread) => thread.init(workerIndex));
    await Promise.allSettled(asked.map(({ index }) => this.#inits.from(index)));
  }

  /**
   * Runs each of these tasks (`name` or `Class.name`) once, in this order, on thread 0; rejects with a BoomerError when the
   * thread is lost meanwhile.
   */
  async runTasks(names: readonly string[]): Promise<{ readonly runs: readonly TaskRun[]; readonly unknownNames: readonly string[] }> {
    const answer = this.#taskRuns.from(0);
    this.#threads[0]?.post({ kind: 'runTasks', names });
    const { runs, unknownNames } = await answer;
    return { runs, unknownNames };
  }

  /**
   * Each thread profiles itself for `durationMs`, or until it is closed, and writes `name.<thread>.cpuprofile` (or
   * `.heapprofile`) beside `path`; rejects with a BoomerError when one cannot.
   */
  async profile(what: 'cpu' | 'memory', path: string, durationMs: number): Promise<void> {
    const { dir, name } = parse(path);
    const answers = this.#threads.map((thread) => {
      const own = join(dir, `${name}.${thread.index}.${what === 'cpu' ? 'cpuprofile' : 'heapprofile'}`);
      const answer = this.#profiles.from(thread.index, (message) => message.path === own);
      thread.post({ kind: 'profile', what, path: own, durationMs });
      return answer;
    });
    for (const { path: own, error } of await Promise.all(answers)) {
      if (error !== null) throw new BoomerError('unwritable', `the profile ${own} could not be made: ${error}`);
    }
  }

  /** Profiles that are still being made. */
  get isProfiling(): boolean {
    return this.#profiles.areAwaited;
  }

  /** A thread's answer. */
  take(threadIndex: number, answer: Message<'initialised'> | Message<'tasksRun'> | Message<'profiled'>): void {
    if (answer.kind === 'initialised') this.#inits.take(threadIndex, answer);
    else if (answer.kind === 'tasksRun') this.#taskRuns.take(threadIndex, answer);
    else this.#profiles.take(threadIndex, answer);
  }

  /** This thread will answer nothing more. */
  lost(threadIndex: number, reason: string): void {
    this.#inits.lost(threadIndex, reason);
    this.#taskRuns.lost(threadIndex, reason);
    this.#profiles.lost(threadIndex, reason);
  }
}

type Waiting<Answer> = { readonly threadIndex: number; readonly isMine: (answer: Answer) => boolean; readonly resolve: (answer: Answer) => void; readonly reject: (error: BoomerError) => void };

/**
 * Questions to threads that take a while: each waits for its thread's answer, or for the thread's end.
 */
export class PendingReplies<Answer> {
  readonly #waiting = new Set<Waiting<Answer>>();

  /** The first answer of this thread that `isMine`; rejects with a BoomerError when the thread ends before it. */
  async from(threadIndex: number, isMine: (answer: Answer) => boolean = () => true): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => this.#waiting.add({ threadIndex, isMine, resolve, reject }));
  }

  get areAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  take(threadIndex: number, answer: Answer): void {
    for (const waiting of this.#waiting) {
      if (waiting.threadIndex !== threadIndex || !waiting.isMine(answer)) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(answer);
      return;
    }
  }

  /** This thread will say nothing more. */
  lost(threadIndex: number, reason: string): void {
    for (const waiting of this.#waiting) {
      if (waiting.threadIndex !== threadIndex) continue;
      this.#waiting.delete(waiting);
      waiting.reject(new BoomerError('thread-lost', `load thread ${threadIndex} ended before it had answered: ${reason}`));
    }
  }
}
