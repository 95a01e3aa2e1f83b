/** What Locust's web UI shows, read the way the UI itself reads it: `GET /stats/requests`. */

export type MasterStats = {
  /** `ready`, `spawning`, `running`, `stopping` or `stopped`. */
  readonly state: string;
  readonly users: number;
  /** Over all rows since the run began; failures are requests too. */
  readonly requests: number;
  readonly failures: number;
  /** Mean of the last 10 s that are complete (Locust stats.py, `current_rps`). */
  readonly requestsPerSec: number;
  /** Workers that the master hears, in whatever state. */
  readonly workers: number;
};

const timeoutMs = 5_000;

/** Null while no master answers there; Locust itself makes these numbers at most every 2 s. */
export async function fetchMasterStats(uiUrl: string, stop: AbortSignal): Promise<MasterStats | null> {
  try {
    const response = await fetch(`${uiUrl}/stats/requests`, { signal: AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]) });
    return response.ok ? readMasterStats(await response.json()) : null;
  } catch {
    // Not up yet, already gone, or busy: the caller asks again or sees the process end.
    stop.throwIfAborted();
    return null;
  }
}

/** Null when it is not what a Locust master answers. */
export function readMasterStats(body: unknown): MasterStats | null {
  if (!isRecord(body)) return null;
  const { state, user_count: users, current_rps: requestsPerSec, workers, stats } = body;
  if (typeof state !== 'string' || typeof users !== 'number' || !Array.isArray(workers) || !Array.isArray(stats)) return null;
  const total: unknown = stats.at(-1);
  if (!isRecord(total) || total['name'] !== 'Aggregated') return null;
  const { num_requests: requests, num_failures: failures } = total;
  if (typeof requests !== 'number' || typeof failures !== 'number') return null;
  return {
    state,
    users,
    requests,
    failures,
    requestsPerSec: typeof requestsPerSec === 'number' ? requestsPerSec : 0,
    workers: workers.length,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
