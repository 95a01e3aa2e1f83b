/**
 * Questions to threads that take a while: each waits for its thread's answer, or for the thread's end.
 */
import { BoomerError } from '../../util/boomerError.ts';

type Waiting<Answer> = { readonly threadIndex: number; readonly isMine: (answer: Answer) => boolean; readonly resolve: (answer: Answer) => void; readonly reject: (error: BoomerError) => void };

export class Answers<Answer> {
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
