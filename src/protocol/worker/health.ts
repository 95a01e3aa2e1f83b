/** The worker process's load, as heartbeats tell it (Locust runners.py:298-314). */

/** Where the figures come from; the process itself outside of tests. */
export type HealthSources = {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** CPU time of the whole process so far, all threads, user and system, microseconds. */
  readonly cpuUs: () => number;
  /** Resident memory, bytes. */
  readonly memoryBytes: () => number;
};

export type Health = {
  /** Percent of one core to one decimal, as the Workers tab shows it; above 100 when several threads are busy, 0 during the first window. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
};

/** `CPU_MONITOR_INTERVAL` of Locust. */
const windowMs = 10_000;
/** Memory is read so seldom: Linux takes half a millisecond to say it, which would be a quarter of what an idle worker does. */
const memoryEveryMs = 2_500;

/** The figures of this process. */
const processSources: HealthSources = {
  nowMs: () => performance.now(),
  cpuUs: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  memoryBytes: () => process.memoryUsage.rss(),
};

/** Makes the function to ask at each heartbeat: CPU over the last whole window of about 10 s, memory as it was within the last seconds. */
export function healthMeter(sources: HealthSources = processSources): () => Health {
  let sinceMs = sources.nowMs();
  let sinceCpuUs = sources.cpuUs();
  let cpuPercent = 0;
  let memory: { readonly atMs: number; readonly bytes: number } | null = null;
  return () => {
    const nowMs = sources.nowMs();
    // A heartbeat that comes a little early must not stretch the window to eleven seconds.
    if (nowMs - sinceMs >= windowMs - 100) {
      const cpuUs = sources.cpuUs();
      cpuPercent = Math.max(0, Math.round((cpuUs - sinceCpuUs) / (nowMs - sinceMs)) / 10);
      [sinceMs, sinceCpuUs] = [nowMs, cpuUs];
    }
    if (memory === null || nowMs - memory.atMs >= memoryEveryMs) memory = { atMs: nowMs, bytes: sources.memoryBytes() };
    return { cpuPercent, memoryBytes: memory.bytes };
  };
}
