import { ThreadEnvironment, UserView } from '../../../../src/engine/thread/hosting/threadEnvironment.ts';
import type { RunOptions } from '../../../../src/engine/shared/messages.ts';

const options = (changes: Partial<RunOptions> = {}): RunOptions => ({ host: null, parsedOptions: {}, tags: null, excludeTags: null, workerIndex: 2, ...changes });
const runner = { state: 'ready', userCount: 0 } as const;

describe('the environment', () => {
  it('takes what the master sends, and keeps a host until another comes', () => {
    const environment = new ThreadEnvironment({ threadIndex: 1, threadCount: 3, workerIndex: null, host: 'http://flag' }, runner);
    expect(environment.workerIndex).toBe(-1);
    environment.take(options({ parsedOptions: { my_option: 1 }, tags: ['a'], excludeTags: ['b'] }));
    expect(environment).toMatchObject({ threadIndex: 1, host: 'http://flag', parsedOptions: { my_option: 1 }, tags: ['a'], excludeTags: ['b'], workerIndex: 2 });
    environment.take(options({ host: 'http://master' }));
    environment.take(options({ host: '' }));
    expect(environment).toMatchObject({ host: 'http://master', parsedOptions: {}, tags: null, excludeTags: null });
  });

  it('is what every user sees, as it is now, with a number of its own', () => {
    const environment = new ThreadEnvironment({ threadIndex: 1, threadCount: 3, workerIndex: 5, host: null }, runner);
    expect(environment.workerIndex).toBe(5);
    const views = [new UserView(environment, 7), new UserView(environment, 9)];
    environment.take(options({ host: 'http://later', tags: ['a'], excludeTags: ['b'], parsedOptions: { a: 1 } }));
    for (const view of views) {
      expect([view.host, view.tags, view.excludeTags, view.parsedOptions, view.workerIndex, view.threadIndex, view.threadCount, view.runner]).toEqual([
        'http://later',
        ['a'],
        ['b'],
        { a: 1 },
        2,
        1,
        3,
        runner,
      ]);
    }
    expect(views.map((view) => view.userIndex)).toEqual([7, 9]);
  });
});
