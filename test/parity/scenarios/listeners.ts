/** Listens to all events; adds numbers to reports; some listeners fail, which must stop nothing. */
import { constant, events, task, User, type WaitTime } from 'boomer-node';
import { writeSync } from 'node:fs';

let jobs = 0;
const seen: string[] = [];

export class Busy extends User {
  override waitTime: WaitTime = constant(0.02);
  @task
  async job(): Promise<void> {
    await this.measure('job', 'done', () => this.sleep(0.01));
    if (this.random.next() < 0.2) throw new TypeError('a job failed');
  }
}

events.request.add(({ type, name, error, user }) => {
  if (type === 'job' && name === 'done' && error === null && user instanceof Busy) jobs += 1;
});
events.reportToMaster.add(async ({ environment, data }) => {
  await Promise.resolve();
  data['jobs'] = jobs;
  data['by_thread'] = { [environment.threadIndex]: jobs };
  data['threads'] = [environment.threadIndex];
  data['stats'] = 'users cannot have this key';
  jobs = 0;
});

/** What one thread heard, each event once, in order. */
function note(event: string): void {
  if (!seen.includes(event)) seen.push(event);
}
events.init.add(() => note('init'));
events.testStart.add(() => note('testStart'));
events.spawningComplete.add(({ userCount }) => note(`spawningComplete ${userCount}`));
events.userError.add(({ error, user, taskSet }) => note(`userError ${String(error)} ${String(user instanceof Busy && taskSet === null)}`));
events.testStopping.add(({ runner }) => note(`testStopping with ${runner.userCount > 0 ? 'users' : 'no user'}`));
events.testStop.add(() => note('testStop'));
events.quitting.add(() => note('quitting'));
events.quit.add(({ environment, exitCode }) => {
  writeSync(1, `thread ${environment.threadIndex} heard ${[...seen, `quit ${exitCode}`].join(', ')}\n`);
});

for (const [name, event] of Object.entries(events)) {
  event.add(() => {
    throw new RangeError(`a listener of ${name} failed on purpose`);
  });
}
