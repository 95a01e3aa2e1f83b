/**
 * Load on Redis, with a connection of its own for each user (npm install ioredis).
 *
 *   npx boomer-node worker examples/redis.ts --master-host 127.0.0.1
 *
 * with a master that knows the class (locust --master -f locust/protocols.py RedisUser --host redis://127.0.0.1:6379).
 */
import { Redis } from 'ioredis';
import { User, constantPacing, task } from 'boomer-node';

export class RedisUser extends User {
  static host = 'redis://127.0.0.1:6379';
  waitTime = constantPacing(0.05); // one task every 50 ms

  // A load test wants to see errors, not to have them repaired: no reconnecting, no waiting in a queue.
  #redis = new Redis(this.host ?? '', { lazyConnect: true, retryStrategy: () => null, enableOfflineQueue: false, connectTimeout: 5000, commandTimeout: 5000 });

  async onStart() {
    this.#redis.on('error', () => {}); // whoever waits for an answer gets the error, too
    await this.measure('redis', 'connect', () => this.#redis.connect());
  }

  onStop() {
    this.#redis.disconnect();
  }

  /** `measure` times the call, records it, and hands on what it returned or threw; a string counts with its bytes. */
  @task(3)
  async get() {
    await this.measure('redis', 'GET', () => this.#redis.get(this.#key()));
  }

  @task(2)
  async set() {
    await this.measure('redis', 'SET', () => this.#redis.set(this.#key(), 'x'.repeat(100), 'EX', 60));
  }

  @task
  async count() {
    await this.measure('redis', 'INCR', () => this.#redis.incr('visits'));
  }

  /** Several commands in one go: one row, since the user waits once. */
  @task
  async visit() {
    await this.measure('redis', 'HSET + EXPIRE', () =>
      this.#redis.multi().hset('visitors', String(this.environment.userIndex), Date.now()).expire('visitors', 60).exec(),
    );
  }

  #key(): string {
    return `item:${this.random.int(1, 1000)}`;
  }
}
