/** The load thread that runs a scenario's `shape(moment)`: what it takes for a decision, and what it says of one that fails. */
import { type ShapeFunction, TestShape } from '../../../../src/engine/thread/hosting/testShape.ts';
import type { Moment, ShapeAnswer } from '../../../../src/engine/shared/shape.ts';

const moment = { elapsedSec: 3, users: 2, userCounts: { A: 2 }, stats: { p95Ms: 80 } } as unknown as Moment;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function threadWith(shape: ShapeFunction, threadIndex = 0): { readonly ask: (number: number, run?: string) => Promise<void>; readonly answers: ShapeAnswer[]; readonly errors: unknown[] } {
  const [answers, errors]: [ShapeAnswer[], unknown[]] = [[], []];
  const environment = { parsedOptions: { peak: 7 } } as never;
  const testShape = new TestShape({ shape, threadIndex, classNames: ['Shopper', 'Admin'], environment, send: (answer) => answers.push(answer), onError: (error) => errors.push(error) });
  return {
    ask: async (number, run = 'r') => {
      void testShape.listener({ type: 'boomer_shape', data: { kind: 'ask', run, number, moment } });
      await turn();
    },
    answers,
    errors,
  };
}

const decided = async (value: unknown): Promise<ShapeAnswer | undefined> => {
  const thread = threadWith(() => value);
  await thread.ask(1);
  return thread.answers[0];
};

it('knows the moment and the options of the test', async () => {
  const thread = threadWith(({ elapsedSec, users, stats }, { parsedOptions }) => ({ users: elapsedSec + users + Number(stats.p95Ms) + Number(parsedOptions['peak']), spawnRate: 5 }));
  await thread.ask(4);
  expect(thread.answers).toEqual([{ kind: 'decided', run: 'r', number: 4, decision: { users: 92, spawnRate: 5 } }]);
});

it('only the first thread answers', async () => {
  const thread = threadWith(() => ({ users: 1 }), 1);
  await thread.ask(1);
  expect(thread.answers).toEqual([]);
});

it.each([
  [null, null],
  [{ users: 3 }, { users: 3, spawnRate: null }],
  [{ users: 2.6, spawnRate: 0.5 }, { users: 3, spawnRate: 0.5 }],
  [{ users: 3, spawnRate: Infinity }, { users: 3, spawnRate: null }],
  [{ users: { Shopper: 3.2, Admin: 0 }, spawnRate: 2 }, { users: { Shopper: 3, Admin: 0 }, spawnRate: 2 }],
])('%j is a decision', async (value, decision) => {
  expect(await decided(value)).toMatchObject({ kind: 'decided', decision });
});

it.each([
  [undefined, 'shape() must return { users, spawnRate }, or null to end the test, got undefined'],
  [7, 'shape() must return { users, spawnRate }, or null to end the test, got 7'],
  [{ users: -1 }, 'shape() must return users that are a number from 0 on, got -1'],
  [{ users: NaN }, 'shape() must return users that are a number from 0 on, got NaN'],
  [{ spawnRate: 3 }, 'shape() must return users that are a number from 0 on, got undefined'],
  [{ users: 3, spawnRate: 0 }, 'shape() must return a spawnRate above 0, got 0'],
  [{ users: 3, spawn_rate: 2 }, 'shape() must return users and spawnRate, got "spawn_rate"'],
  [{ users: { Shoper: 2 } }, 'shape() names the user class Shoper, which there is not: did you mean Shopper? There is Shopper, Admin'],
  [{ users: { Admin: '2' } }, 'shape() must return users of Admin that are a number from 0 on, got "2"'],
])('%j is none', async (value, reason) => {
  const answer = await decided(value);
  expect(answer?.kind === 'failed' && answer.reason).toContain(reason);
});

it('an error is told with its trace before the answer that ends the test', async () => {
  const thread = threadWith(async () => { await turn(); throw new RangeError('no idea'); });
  await thread.ask(1);
  await turn();
  expect(thread.errors).toEqual([new RangeError('no idea')]);
  expect(thread.answers).toEqual([{ kind: 'failed', run: 'r', number: 1, reason: 'RangeError: no idea' }]);
});

it('is not asked twice at a time', async () => {
  let [calls, finish] = [0, (): void => undefined];
  const thread = threadWith(() => {
    calls += 1;
    return new Promise((resolve) => (finish = () => resolve({ users: 1 })));
  });
  await thread.ask(1);
  await thread.ask(2);
  finish();
  await turn();
  expect([calls, thread.answers.map(({ number }) => number)]).toEqual([1, [1]]);
  await thread.ask(3);
  expect(calls).toBe(2);
});

it('names classes throughout a test, or never', async () => {
  let users: unknown = 4;
  const thread = threadWith(() => ({ users }));
  await thread.ask(1);
  users = { Shopper: 4 };
  await thread.ask(2);
  const [, mixed] = thread.answers;
  expect(mixed?.kind === 'failed' && mixed.reason).toContain('shape() returned a number of users before, and now users of classes');
  await thread.ask(1, 'next test');
  expect(thread.answers[2]).toMatchObject({ kind: 'decided' });
});

it('what is no question is passed over', async () => {
  const thread = threadWith(() => ({ users: 1 }));
  const testShape = new TestShape({ shape: () => ({ users: 1 }), threadIndex: 0, classNames: [], environment: {} as never, send: (answer) => thread.answers.push(answer), onError: () => undefined });
  for (const data of [null, 'ask', { kind: 'ask' }, { kind: 'ask', run: 'r', number: '1', moment }]) await testShape.listener({ type: 'boomer_shape', data });
  expect(thread.answers).toEqual([]);
});
