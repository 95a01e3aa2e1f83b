import type { ThreadTrust } from '../../report/runView.ts';
import type { TrustNumbers } from '../shared/trustMeter.ts';

/** A thread's numbers as reports show them. */
export function threadTrust(threadIndex: number, { activeMs, idleMs, ...numbers }: TrustNumbers): ThreadTrust {
  return { threadIndex, ...numbers, utilisation: activeMs === 0 ? 0 : activeMs / (activeMs + idleMs) };
}
