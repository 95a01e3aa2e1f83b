/**
 * Load on something that is not HTTP: extend `User`, use any client, and let `measure` time and record it. Here the
 * client is Node's own resolver, asked for names that every machine knows.
 *
 *   npx boomer-node worker examples/anyClient.ts --master-host 127.0.0.1
 *
 * with a master that knows the class (locust --master -f locust/anyClient.py).
 */
import { lookup } from 'node:dns/promises';
import { User, constantPacing, task } from 'boomer-node';

export class AnyClientUser extends User {
  waitTime = constantPacing(0.1); // one task every 100 ms

  @task(3)
  async find() {
    const { address } = await this.measure('dns', 'lookup localhost', () => lookup('localhost'));
    if (!address.includes('1')) throw new Error(`localhost is ${address}`);
  }

  /** What was timed elsewhere is recorded as it is. */
  @task
  think() {
    const startedAt = performance.now();
    const digits = String(2n ** 4000n).length;
    this.record({ type: 'cpu', name: 'a large power', elapsedMs: performance.now() - startedAt, bytes: digits, startedAt });
  }
}
