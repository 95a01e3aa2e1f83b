/**
 * A shop that is checked, and counts what it sells: what stands beside the requests, and what must be true of it in the end.
 *
 *   npx boomer-node run examples/checks.ts -u 10 -t 10s
 *
 * with a target (npm start has one). Under a master checks, rates and counters are rows of their own, in no total.
 */
import { between, check, Counter, Gauge, HttpUser, Rate, task, Trend, type Thresholds } from 'boomer-node';

const sold = new Counter('items sold', { unit: 'items' });
const basket = new Gauge('items in the basket', { unit: 'items' });
const cached = new Rate('answer from the cache');
const pageSize = new Trend('page size', { unit: 'bytes' });

export const thresholds: Thresholds = {
  checks: 'rate>0.99',
  'item has a name': { threshold: 'rate>0.9', abortOnFail: true, delayAbortEval: '10s' },
  'items sold': 'count>=1',
  'page size': 'p(95)<100000',
};

export class Shopper extends HttpUser {
  static host = 'http://127.0.0.1:8080';
  waitTime = between(0.1, 0.3);
  #items = 0;

  @task(3)
  async look() {
    const response = await this.client.get(`/item/${this.random.int(1, 100)}`, { name: '/item/[id]' });
    cached.add(response.headers.get('x-cache') === 'HIT');
    pageSize.add(response.bytes);
    if (!check('item has a name', response.text().startsWith('item '))) return;
    this.#items++;
    basket.set(this.#items);
  }

  @task
  async buy() {
    const response = await this.client.get('/hello', { name: 'buy' });
    if (!response.ok) return;
    sold.add(this.#items);
    this.#items = 0;
    basket.set(0);
  }
}
