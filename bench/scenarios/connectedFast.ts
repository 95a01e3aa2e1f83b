import { FastHttpUser, constant, task, type WaitTime } from 'boomer-node';

/** Keeps its connection and asks for a page every 5 seconds. */
export class BenchConnectedUser extends FastHttpUser {
  override waitTime: WaitTime = constant(5);

  @task
  async page(): Promise<void> {
    (await this.client.get('/')).text();
  }
}
