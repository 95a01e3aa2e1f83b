/**
 * What users that speak HTTP are made of, in one piece, and what they share in a load thread: it loads this if its scenario has such users,
 * and only then, since much of Node comes along (sockets, TLS, zlib, crypto).
 */
import type { FailureSample } from '../engine/shared/messages.ts';
import { allowHosts } from './connection/allowedHosts.ts';
import { shareBodyMemory } from './response/bodyLimits.ts';
import { watchResults } from './response/endedRequest.ts';
import { FailureSamples, httpDebug, installFailureSink } from './response/shownRequests.ts';

export { fastEngine } from './connection/fast/fastConnection.ts';
export { undiciEngine } from './connection/undici/undiciEngine.ts';
export { undici } from './connection/undici/undiciLibrary.ts';
export { HttpClient } from './httpClient.ts';
export { failureSink } from './response/shownRequests.ts';
export { rest, uncached } from './rest.ts';

/** What holds for all HTTP users of a thread. */
export type HttpOfThread = {
  /** That share the memory for bodies; null: the memory is not theirs alone. */
  readonly threadCount: number | null;
  /** Hosts that load may be sent to (see util/hostPattern); null: all. */
  readonly allowHosts: readonly string[] | null;
  /** Failures of each kind that are shown in full. */
  readonly failureSamples: number;
  readonly onFailure: (sample: FailureSample) => void;
  /** Shows requests and answers; null: not. */
  readonly httpDebug: 'heads' | 'full' | null;
  readonly onDebugText: (text: string) => void;
};

/** Begins with it; the returned function is for each run that begins. Throws a BoomerError for a host that is none. */
export function startHttp({ threadCount, allowHosts: hosts, failureSamples, onFailure, httpDebug: detail, onDebugText }: HttpOfThread): () => void {
  const failures = new FailureSamples(failureSamples, onFailure);
  if (threadCount !== null) shareBodyMemory(threadCount);
  allowHosts(hosts);
  installFailureSink(failureSamples > 0 ? failures.record : null);
  if (detail !== null) watchResults(httpDebug(detail, onDebugText));
  return () => failures.reset();
}
