import { FastHttpUser, task } from 'boomer-node';

/** One request after the other; the body is read and counted, as by its peers, and not looked at. */
export class BenchFastHttpUser extends FastHttpUser {
  @task
  async page(): Promise<void> {
    await this.client.get('/');
  }
}
