/**
 * Warns, once a run (limits as in the report, `report/trust.ts`), when the numbers say more about the generator than about the target: too many samples were taken
 * while a thread's event loop was late, or a thread had no time left to wait for anything.
 */
import type { ThreadTrust } from '../../report/runView.ts';
import { maxLateShare, maxUtilisation, minSamples } from '../../report/trust.ts';
import type { TrustNumbers } from '../shared/trustMeter.ts';

/** Utilisation is judged over so long. */
const windowMs = 10_000;

type Window = { readonly fromMs: number; readonly numbers: readonly TrustNumbers[] };

export class TrustWarning {
  readonly #warn: (text: string) => void;
  #window: Window | null = null;
  #hasWarned = false;

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  /** A new run may be warned about again. */
  begin(): void {
    this.#window = null;
    this.#hasWarned = false;
  }

  /** Call it every half second or so while users live; `numbers` by thread. */
  look(numbers: readonly TrustNumbers[], nowMs: number): void {
    if (this.#hasWarned) return;
    this.#window ??= { fromMs: nowMs, numbers };
    if (nowMs - this.#window.fromMs < windowMs) return;
    const trouble = busyThread(this.#window.numbers, numbers) ?? lateSamples(numbers);
    this.#window = { fromMs: nowMs, numbers };
    if (trouble === null) return;
    this.#hasWarned = true;
    this.#warn(`${trouble}: response times include the generator's own delays. Use fewer users a thread, more threads or more workers, or cheaper tasks`);
  }
}

function busyThread(before: readonly TrustNumbers[], now: readonly TrustNumbers[]): string | null {
  for (const [index, { activeMs, idleMs }] of now.entries()) {
    const worked = activeMs - (before[index]?.activeMs ?? 0);
    const waited = idleMs - (before[index]?.idleMs ?? 0);
    const share = worked / (worked + waited);
    if (worked > 0 && waited >= 0 && share > maxUtilisation) return `load thread ${index} was busy for ${(share * 100).toFixed(0)} % of the last ${windowMs / 1000} s`;
  }
  return null;
}

function lateSamples(numbers: readonly TrustNumbers[]): string | null {
  const samples = numbers.reduce((sum, thread) => sum + thread.samples, 0);
  const share = numbers.reduce((sum, thread) => sum + thread.lateSamples, 0) / samples;
  if (samples < minSamples || share <= maxLateShare) return null;
  return `${(share * 100).toFixed(0)} % of the samples were taken while the event loop of their load thread was late`;
}

/** A thread's numbers as reports show them. */
export function threadTrust(threadIndex: number, { activeMs, idleMs, ...numbers }: TrustNumbers): ThreadTrust {
  return { threadIndex, ...numbers, utilisation: activeMs === 0 ? 0 : activeMs / (activeMs + idleMs) };
}
