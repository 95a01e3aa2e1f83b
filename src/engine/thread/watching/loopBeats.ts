/**
 * Says that this thread's event loop turns (see engine/shared/pulse.ts): often while a test runs, seldom between tests, when hardly anything
 * else wakes the thread.
 */
import { clearInterval, setInterval } from '../../../util/nodeTime.ts';
import { beatEveryMs, type Pulse, restingBeatEveryMs } from '../../shared/pulse.ts';

export class LoopBeats {
  readonly #pulse: Pick<Pulse, 'beat' | 'setResting'>;
  readonly #alsoDo: () => void;
  #timer: NodeJS.Timeout;
  #isResting = true;

  /** Beats seldom until `start`; `alsoDo` is called with each beat. */
  constructor(pulse: Pick<Pulse, 'beat' | 'setResting'>, alsoDo: () => void) {
    this.#pulse = pulse;
    this.#alsoDo = alsoDo;
    this.#timer = this.#begin();
  }

  /** A test begins, or users come. May be called twice. */
  start(): void {
    this.#change(false);
  }

  /** The test is over. May be called twice. */
  stop(): void {
    this.#change(true);
  }

  /** No more beats. */
  close(): void {
    clearInterval(this.#timer);
  }

  #change(isResting: boolean): void {
    if (this.#isResting === isResting) return;
    this.#isResting = isResting;
    clearInterval(this.#timer);
    this.#timer = this.#begin();
  }

  /** The first at once: who looks must not find an old beat and the new interval. */
  #begin(): NodeJS.Timeout {
    this.#pulse.beat();
    this.#pulse.setResting(this.#isResting);
    return setInterval(() => {
      this.#pulse.beat();
      this.#alsoDo();
    }, this.#isResting ? restingBeatEveryMs : beatEveryMs);
  }
}
