import { FastHttpUser, task } from 'boomer-node';

/** One request after the other, body read. */
export class BenchFastHttpUser extends FastHttpUser {
  @task
  async page(): Promise<void> {
    (await this.client.get('/')).text();
  }
}
