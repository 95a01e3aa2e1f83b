import { HttpUser, task } from 'boomer-node';

/** One request after the other, body read. */
export class BenchHttpUser extends HttpUser {
  @task
  async page(): Promise<void> {
    (await this.client.get('/')).text();
  }
}
