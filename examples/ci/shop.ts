/**
 * A benchmark for CI: the scenario, what must hold, and nothing else. Runs without a master:
 *
 *   npx boomer-node run shop.ts --host http://localhost:8080 -u 20 -r 20 -t 30s
 */
import { HttpUser, constantThroughput, task, type Thresholds } from 'boomer-node';

export class Shopper extends HttpUser {
  /** Five tasks a second for each user, however fast the answers come: two builds get the same load. */
  waitTime = constantThroughput(5);

  @task(3)
  async browse() {
    await this.client.get(`/item/${this.random.int(1, 1000)}`, { name: '/item/[id]' });
  }

  @task
  async search() {
    await this.client.get('/hello', { name: '/search' });
  }
}

/** Judged at the end; one that is missed makes the exit code 99. */
export const thresholds: Thresholds = {
  'GET /item/[id]': ['p(95)<200', 'p(99)<500'],
  'GET /search': ['p(95)<300'],
  // Of all requests; no point in going on when every tenth one fails.
  Aggregated: [{ threshold: 'fail_ratio<0.1', abortOnFail: true, delayAbortEval: '5s' }, 'fail_ratio<0.01'],
};
