/**
 * Visitors who come as they please: each user that the master asks for stands for two visits a second, on schedule, whether or not the server keeps up.
 *
 *   npx boomer-node worker examples/arrivals.ts --master-host 127.0.0.1
 *
 * with a master (locust --master -f locust/helloWorld.py; its class stands for `Visitor`): 50 users are 100 visits a second, over all workers. The slider
 * of the web UI is the rate.
 */
import { HttpUser, perUser, task } from 'boomer-node';

export class Visitor extends HttpUser {
  static host = 'http://127.0.0.1:8080';
  static arrivals = perUser('2/s', { maxAtOnce: 20 }); // 20 at once for each user, what is beyond is dropped and counted

  @task
  async hello() {
    await this.client.get('/hello');
  }
}
