/**
 * Looks whether the scenario, or a package of it, has put other clocks and timers in place of Node's, and whether these run.
 * Many tools wrap them and nobody notices; fake timers never ring by themselves, and whatever waits for them waits for ever.
 */
import { now, wallNowMs } from '../../../util/nodeTime.ts';
import { setTimer } from '../../../util/timers.ts';

/** So long a replacement has to show that it runs: longer than a busy event loop is late. */
const usualTrialMs = 1_000;

/** What a program waits on and measures with, by the name that its author knows. */
type Clockwork = Readonly<Record<string, unknown>>;

export class TimeWatch {
  readonly #warn: (text: string) => void;
  readonly #trialMs: number;
  /** Node's own, or what was last found to run, or said not to. */
  #known: Clockwork = clockwork();

  constructor(warn: (text: string) => void, trialMs: number = usualTrialMs) {
    this.#warn = warn;
    this.#trialMs = trialMs;
  }

  /** Costs next to nothing while nothing has changed. */
  look(): void {
    const current = clockwork();
    const replaced = Object.keys(current).filter((name) => current[name] !== this.#known[name]);
    if (replaced.length === 0) return;
    this.#known = current;
    const trials = replaced.map((name) => ({ name, hasRun: startTrial(name) }));
    setTimer(() => {
      const dead = trials.filter(({ hasRun }) => !hasRun()).map(({ name }) => name);
      if (dead.length > 0) this.#warn(deadText(dead));
    }, this.#trialMs);
  }
}

function clockwork(): Clockwork {
  const { setTimeout, setInterval, setImmediate, queueMicrotask, performance, Date, process } = globalThis;
  return { setTimeout, setInterval, setImmediate, queueMicrotask, 'process.nextTick': process?.nextTick, 'performance.now': performance?.now, 'Date.now': Date?.now };
}

/** Returns whether the function of this name has run by then. */
function startTrial(name: string): () => boolean {
  let hasRung = false;
  const ring = (): void => void (hasRung = true);
  try {
    switch (name) {
      case 'setTimeout':
        globalThis.setTimeout(ring, 1);
        break;
      case 'setInterval': {
        const timer = globalThis.setInterval(() => {
          ring();
          globalThis.clearInterval(timer);
        }, 1);
        break;
      }
      case 'setImmediate':
        globalThis.setImmediate(ring);
        break;
      case 'queueMicrotask':
        globalThis.queueMicrotask(ring);
        break;
      case 'process.nextTick':
        process.nextTick(ring);
        break;
      default:
        return name === 'performance.now' ? clockTrial(() => performance.now(), now) : clockTrial(() => Date.now(), wallNowMs);
    }
  } catch {
    return () => false; // it does not even take what Node's takes
  }
  return () => hasRung;
}

/** A clock may be set otherwise than Node's, but it must advance with it. */
function clockTrial(clock: () => number, nodesClock: () => number): () => boolean {
  const [began, nodesBegan] = [clock(), nodesClock()];
  return () => Math.abs(clock() - began - (nodesClock() - nodesBegan)) < (nodesClock() - nodesBegan) / 2;
}

function deadText(dead: readonly string[]): string {
  const [theirs, run] = dead.length === 1 ? ['its own', 'does not run by itself'] : ['others', 'do not run by themselves'];
  return (
    `the scenario has put ${theirs} in place of Node's ${dead.join(', ')}, and ${dead.length === 1 ? 'it' : 'they'} ${run} (fake timers?): ` +
    'boomer-node keeps to Node\'s, but what the scenario or a package waits for or measures with these never ends or is wrong. Restore them before users run'
  );
}
