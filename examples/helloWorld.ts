/**
 * Two pages, asked for by users who think for a moment in between.
 *
 *   npx boomer-node worker examples/helloWorld.ts --master-host 127.0.0.1
 *
 * with a master that knows the class (locust --master -f locust/helloWorld.py), 50 users, 1 a second.
 */
import { HttpUser, between, task } from 'boomer-node';

export class HelloWorldUser extends HttpUser {
  static host = 'http://127.0.0.1:8080';
  waitTime = between(0.5, 1.5); // seconds

  @task(2)
  async hello() {
    await this.client.get('/hello');
  }

  @task
  async world() {
    await this.client.get('/world');
  }
}
