import { ThreadExceptions } from '../../../../../src/engine/thread/recording/exceptions.ts';
import { errorTrace } from '../../../../../src/util/errorText.ts';
import { ExceptionReader, foldedException, type ExceptionKind, type ExceptionMessage } from '../../../../../src/engine/shared/exceptionCounts.ts';
import { pass, useFakeTime } from '../stage.ts';

useFakeTime();

type Read = ExceptionKind & { readonly count: number };
let posted: ExceptionMessage[];
let read: Read[];
let reader: ExceptionReader;
let exceptions: ThreadExceptions;
beforeEach(() => {
  posted = [];
  read = [];
  reader = new ExceptionReader((exception, count) => read.push({ ...exception, count }));
  exceptions = new ThreadExceptions((message) => {
    posted.push(message);
    reader.take(message);
  });
});

describe('exceptions of a thread', () => {
  it('are counted by trace, and read a tenth of a second after the first', async () => {
    const error = new TypeError('x');
    for (let time = 0; time < 2_000; time++) exceptions.add(error);
    exceptions.add('text');
    await pass(99);
    expect(read).toEqual([]);
    await pass(1);
    expect(read).toEqual([
      { message: 'TypeError: x', trace: errorTrace(error), count: 2_000, isOutsideTask: false },
      { message: 'text', trace: expect.stringContaining('thrown value of type string') as string, count: 1, isOutsideTask: false },
    ]);
    expect(posted.map(({ kind }) => kind)).toEqual(['exceptionMemory', 'exceptionKind', 'exceptionKind', 'exceptionsCounted']);
    await pass(1000);
    expect(read).toHaveLength(2);
  });

  it('are read at once when asked, and then not again', async () => {
    exceptions.add('a');
    exceptions.flush();
    expect(read).toHaveLength(1);
    await pass(1000);
    exceptions.flush();
    expect(read).toHaveLength(1);
    exceptions.add('a');
    await pass(100);
    expect(read).toHaveLength(2);
  });

  it('of a thread that was killed before it could say so are there all the same', () => {
    for (let time = 0; time < 7; time++) exceptions.add('a');
    reader.read();
    expect(read.map(({ count }) => count)).toEqual([7]);
  });

  it('are told apart by where they were thrown', () => {
    exceptions.add('same');
    exceptions.addOfListener('same');
    exceptions.flush();
    expect(read.map(({ isOutsideTask, count }) => [isOutsideTask, count])).toEqual([
      [false, 1],
      [true, 1],
    ]);
  });

  it('are bounded, and none goes uncounted', () => {
    for (let index = 0; index < 1000; index++) exceptions.add(`error ${index}`);
    for (let index = 0; index < 3; index++) exceptions.addOfListener(`error ${index}`);
    exceptions.flush();
    expect(read).toHaveLength(502);
    expect(read.at(-2)).toEqual({ message: foldedException, trace: foldedException, count: 500, isOutsideTask: false });
    expect(read.at(-1)).toEqual({ message: foldedException, trace: foldedException, count: 3, isOutsideTask: true });
    expect(read.reduce((sum, { count }) => sum + count, 0)).toBe(1003);
  });

  it('of a new test have room again, and nothing of the one before is lost', () => {
    for (let index = 0; index < 600; index++) exceptions.add(`error ${index}`);
    exceptions.begin();
    exceptions.add('new');
    exceptions.flush();
    expect(read.reduce((sum, { count }) => sum + count, 0)).toBe(601);
    expect(read.at(-1)).toMatchObject({ message: 'new', count: 1 });
  });
});

describe('errors of users', () => {
  it('are told to whoever listens, with where they escaped; those of listeners are not', () => {
    const told: unknown[] = [];
    const heard = new ThreadExceptions(
      (message) => reader.take(message),
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
    expect(read.map(({ message, isOutsideTask }) => [message, isOutsideTask])).toEqual([
      ['of nobody', false],
      ['of a listener', true],
      ['astray', true],
    ]);
  });
});
