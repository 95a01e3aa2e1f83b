import type { ThreadTrust } from '../outputs/runView.ts';
import type { TrustNumbers } from '../util/trustMeter.ts';

/** A thread's numbers as reports show them. */
export function threadTrust(threadIndex: number, { activeMs, idleMs, ...numbers }: TrustNumbers): ThreadTrust {
  return { threadIndex, ...numbers, utilisation: activeMs === 0 ? 0 : activeMs / (activeMs + idleMs) };
}
