/**
 * Asks the listeners of `reportToMaster` for data and posts what they gave, if anything.
 */
import type { Environment } from '../../scenario/environment.ts';
import { events } from '../../scenario/events.ts';
import { BoomerError } from '../../util/boomerError.ts';
import type { ThreadToMain } from '../shared/messages.ts';

/** `onError` hears of listeners that fail and of data that cannot be posted. Never rejects. */
export async function gatherExtras(environment: Environment, post: (message: ThreadToMain) => void, onError: (error: unknown) => void): Promise<void> {
  if (!events.reportToMaster.isHeard) return;
  const data: Record<string, unknown> = {};
  await events.reportToMaster.fire({ environment, data }, onError);
  const keys = Object.keys(data);
  if (keys.length === 0) return;
  try {
    post({ kind: 'reportExtras', data });
  } catch (cause) {
    onError(new BoomerError('bad-report-data', `listeners of reportToMaster added data that cannot be sent, all of it is left out (keys ${keys.join(', ')}): expected plain data, no functions`, { cause }));
  }
}
