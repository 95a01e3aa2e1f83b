import { User, task } from 'boomer-node';

/** Nothing but timing and recording. */
export class BenchNoopUser extends User {
  @task
  nothing(): void {
    const startedAt = performance.now();
    const elapsedMs = performance.now() - startedAt;
    this.record({ type: 'noop', name: 'nothing', elapsedMs, startedAt });
  }
}
