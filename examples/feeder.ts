/**
 * Users with test data: each has a login that nobody else has, on any thread and any worker, and looks at items in
 * an order of chance.
 *
 *   npx boomer-node worker examples/feeder.ts --master-host 127.0.0.1
 *
 * with a master that hands out the logins (locust --master -f locust/helloWorld.py,locust/feeder.py; its class stands
 * for `FeederUser`), to as many workers as there are. There are 16 logins: a 17th user would end at once.
 */
import { HttpUser, constantPacing, feed, task } from 'boomer-node';

// Beside this file, wherever the worker is started.
const file = new URL('feeder.csv', import.meta.url);

const logins = feed.csv(file, { name: 'logins', columns: ['user', 'password'], order: 'unique' });
const items = feed.csv(file, { name: 'items', columns: ['item'], order: 'shuffle' });

export class FeederUser extends HttpUser {
  static host = 'http://127.0.0.1:8080';
  waitTime = constantPacing(0.2); // one task every 200 ms

  async onStart() {
    const { user, password } = await logins.next(this);
    await this.client.post(`/item/${user}`, { name: '/login', json: { user, password } });
  }

  @task
  async look() {
    const { item } = await items.next(this);
    await this.client.get(`/item/${item}`, { name: '/item/[id]' });
  }
}
