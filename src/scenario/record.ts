/**
 * boomer's two functions for recording (boomer.go, `RecordSuccess`, `RecordFailure`). They land in the same recorder
 * as everything else and never throw because of what they are given.
 */
import { errorLine } from '../util/errorText.ts';
import { requireScenarioHost } from './scenarioHost.ts';

/** Records a request that succeeded: type, name, milliseconds, and the length of the answer in bytes. */
export function recordSuccess(type: string, name: string, elapsedMs: number, bytes = 0): void {
  requireScenarioHost('recordSuccess').record(type, name, elapsedMs, bytes, null);
}

/** Records a request that failed: type, name, milliseconds, and why (a text or an Error). */
export function recordFailure(type: string, name: string, elapsedMs: number, error: unknown): void {
  requireScenarioHost('recordFailure').record(type, name, elapsedMs, 0, errorLine(error));
}
