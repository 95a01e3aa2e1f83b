import { FastHttpUser, constantPacing, task, type WaitTime } from 'boomer-node';

/** Twice as long as an answer takes on average: half of what such users could do. */
export class BenchPacedUser extends FastHttpUser {
  override waitTime: WaitTime = constantPacing(0.0375);

  @task
  async noisy(): Promise<void> {
    (await this.client.get('/noisy')).text();
  }
}
