import { ThreadExceptions, type ExceptionGroup } from '../../../src/thread/exceptions.ts';
import { errorTrace } from '../../../src/util/errorText.ts';
import { pass, useFakeTime } from './stage.ts';

useFakeTime();

let posted: ExceptionGroup[];
let exceptions: ThreadExceptions;
beforeEach(() => {
  posted = [];
  exceptions = new ThreadExceptions((group) => posted.push(group));
});

describe('exceptions of a thread', () => {
  it('cross as one message for each trace, with a count, a tenth of a second after the first', async () => {
    const error = new TypeError('x');
    for (let time = 0; time < 10_000; time++) exceptions.add(error);
    exceptions.add('text');
    await pass(99);
    expect(posted).toEqual([]);
    await pass(1);
    expect(posted).toEqual([
      { message: 'TypeError: x', trace: errorTrace(error), count: 10_000, isOutsideTask: false },
      { message: 'text', trace: expect.stringContaining('thrown value of type string') as string, count: 1, isOutsideTask: false },
    ]);
    await pass(1000);
    expect(posted).toHaveLength(2);
  });

  it('cross at once when asked, and then not again', async () => {
    exceptions.add('a');
    exceptions.flush();
    expect(posted).toHaveLength(1);
    await pass(1000);
    exceptions.flush();
    expect(posted).toHaveLength(1);
    exceptions.add('a');
    await pass(100);
    expect(posted).toHaveLength(2);
  });

  it('are bounded, and none goes uncounted', () => {
    for (let index = 0; index < 1000; index++) exceptions.add(`error ${index}`);
    exceptions.flush();
    expect(posted).toHaveLength(201);
    expect(posted.at(-1)).toEqual({ message: 'more than 200 different exceptions in 100 ms', trace: 'more than 200 different exceptions in 100 ms', count: 800, isOutsideTask: false });
    expect(posted.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
  });
});

describe('errors of users', () => {
  it('are told to whoever listens, with where they escaped; those of listeners are not', () => {
    const told: unknown[] = [];
    const heard = new ThreadExceptions(
      (group) => posted.push(group),
      (error, owner) => told.push([error, owner]),
    );
    heard.add('of nobody');
    heard.addOfListener('of a listener');
    heard.add('astray', null, { where: 'in a callback', who: '' });
    heard.flush();
    expect(told).toEqual([
      ['of nobody', null],
      ['astray', null],
    ]);
    expect(posted.map(({ message, isOutsideTask }) => [message, isOutsideTask])).toEqual([
      ['of nobody', false],
      ['of a listener', true],
      ['astray', true],
    ]);
  });
});
