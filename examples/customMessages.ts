/**
 * Test data from the master: it hands each worker its share of the accounts when a test begins, and hears from the
 * workers who took what. The other half is locust/customMessages.py.
 *
 *   npx boomer-node worker examples/customMessages.ts --master-host 127.0.0.1
 *
 * with that master: locust --master -f locust/customMessages.py
 */
import { User, constant, events, registerMessage, sendMessage, task } from 'boomer-node';

type Account = { readonly name: string; readonly password: string; readonly createdAt: Date };

let accounts: readonly Account[] = [];

// Each load thread of a worker loads this file and hears each message.
events.init.add((environment) => {
  registerMessage('test_accounts', ({ data }) => {
    accounts = data as Account[];
    if (environment.threadIndex !== 0) return; // one thread answers for the worker
    sendMessage('concurrent_message', 'the master takes its time with this one, and holds nothing up');
    sendMessage('acknowledge_accounts', { count: accounts.length });
  });
});

export class CustomMessagesUser extends User {
  waitTime = constant(0.1);
  #account: Account | undefined;

  onStart() {
    // Users are numbered over all threads of the worker: no two of them take the same account.
    this.#account = accounts[this.environment.userIndex % accounts.length];
    if (this.#account === undefined) throw new Error('there are no accounts: is the master running locust/customMessages.py?');
    sendMessage('account_taken', { name: this.#account.name, user: this.environment.userIndex, at: new Date() });
  }

  @task
  async logIn() {
    await this.measure('app', 'log in', async () => {
      await this.sleep(0.01); // your system under test, asked with this.#account
      return this.#account?.name;
    });
  }
}
