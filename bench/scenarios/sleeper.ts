import { User, constant, task, type WaitTime } from 'boomer-node';

const sleepMs = 1000;

/** Sleeps a second between tasks and records how late it wakes. */
export class BenchSleeper extends User {
  override waitTime: WaitTime = constant(sleepMs / 1000);
  #dueMs = performance.now() + sleepMs;

  @task
  wake(): void {
    const nowMs = performance.now();
    const elapsedMs = Math.max(0, nowMs - this.#dueMs);
    this.#dueMs = nowMs + sleepMs;
    this.record({ type: 'timer', name: 'late', elapsedMs });
  }
}
