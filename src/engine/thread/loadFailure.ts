/** Why a scenario could not be loaded, for a person. */
import { BoomerError } from '../../util/boomerError.ts';
import { errorLine, errorTrace } from '../../util/errorText.ts';
import type { ThreadToMain } from '../shared/messages.ts';

/** One sentence and the trace: ours, or what the scenario threw. */
export function loadFailure(error: unknown): ThreadToMain {
  const reason = error instanceof BoomerError ? error.message : `it threw while it was loaded: ${errorLine(error)}`;
  return { kind: 'loadFailed', reason, trace: errorTrace(error) };
}
