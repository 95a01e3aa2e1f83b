/**
 * Profiles of this thread, as files that Chrome's and VS Code's tools open: `.cpuprofile` and `.heapprofile`.
 */
import type { Session } from 'node:inspector/promises';
import { errorLine } from '../../../util/errorText.ts';
import { clearTimer, setTimer } from '../../../util/timers.ts';
import type { ThreadToMain } from '../../shared/messages.ts';

type Running = { readonly finishNow: () => void; readonly written: Promise<void> };

export class Profiler {
  readonly #post: (message: ThreadToMain) => void;
  readonly #running = new Set<Running>();

  constructor(post: (message: ThreadToMain) => void) {
    this.#post = post;
  }

  /** Profiles for `durationMs`, or until `finish`, writes to `path`, and posts `profiled`. */
  start(what: 'cpu' | 'memory', path: string, durationMs: number): void {
    let finishNow = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      const timer = setTimer(resolve, durationMs);
      finishNow = () => {
        clearTimer(timer);
        resolve();
      };
    });
    const running: Running = { finishNow, written: this.#profile(what, path, over) };
    this.#running.add(running);
    void running.written.then(() => this.#running.delete(running));
  }

  /** Ends what still runs and writes it: the thread is about to end. */
  async finish(): Promise<void> {
    const running = [...this.#running];
    for (const { finishNow } of running) finishNow();
    await Promise.all(running.map(({ written }) => written));
  }

  async #profile(what: 'cpu' | 'memory', path: string, over: Promise<void>): Promise<void> {
    let session: Session | null = null;
    let error: string | null = null;
    try {
      // No run pays for these that does not profile.
      const [inspector, { replaceFile }] = await Promise.all([import('node:inspector/promises'), import('../../../util/writtenFiles.ts')]);
      session = new inspector.Session();
      session.connect();
      await replaceFile(path, JSON.stringify(await (what === 'cpu' ? cpuProfile(session, over) : heapProfile(session, over))));
    } catch (thrown) {
      error = errorLine(thrown);
    } finally {
      session?.disconnect();
    }
    this.#post({ kind: 'profiled', path, error });
  }
}

async function cpuProfile(session: Session, over: Promise<void>): Promise<unknown> {
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  await over;
  return (await session.post('Profiler.stop')).profile;
}

async function heapProfile(session: Session, over: Promise<void>): Promise<unknown> {
  await session.post('HeapProfiler.startSampling');
  await over;
  return (await session.post('HeapProfiler.stopSampling')).profile;
}
