import { User, task } from 'boomer-node';

/** About 2 ms: what a task does that parses, signs or renders. */
const rounds = 1_000_000;

/** A fixed amount of work, not of time: two threads that share a core must not look twice as fast. */
export class BenchBusyUser extends User {
  @task
  work(): void {
    const startedAt = performance.now();
    let sum = 0;
    for (let round = 0; round < rounds; round++) sum = (sum * 31 + round) | 0;
    this.record({ type: 'cpu', name: 'work', elapsedMs: performance.now() - startedAt, bytes: sum & 1, startedAt });
  }
}
