/** Users that leave: with a log-out, or in the midst of a wait; and names that differ with each request. */
import { FastHttpUser, User, constant, task, type WaitTime } from 'boomer-node';

export class BenchLogOut extends FastHttpUser {
  override waitTime: WaitTime = constant(3600);

  @task
  async page(): Promise<void> {
    await this.client.get('/');
  }

  override async onStop(): Promise<void> {
    await this.client.get('/', { name: 'log out' });
  }
}

export class BenchWaiting extends User {
  override waitTime: WaitTime = constant(3600);

  @task
  once(): void {
    this.record({ type: 'bench', name: 'once', elapsedMs: 1 });
  }

  override onStop(): void {
    this.record({ type: 'bench', name: 'gone', elapsedMs: 1 });
  }
}

/** As a scenario that puts ids into its names: a hundred names each. */
export class BenchIds extends User {
  override waitTime: WaitTime = constant(3600);

  @task
  ids(): void {
    for (let id = 0; id < 100; id++) this.record({ type: 'GET', name: `/item/${this.environment.userIndex}-${id}`, elapsedMs: this.random.float(1, 2000) });
  }
}
