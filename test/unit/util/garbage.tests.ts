import { runInNewContext } from 'node:vm';
import { collectSoon } from '../../../src/util/garbage.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what nobody holds is gone a turn later', async () => {
  const left = (() => new WeakRef(new Array(100_000).fill(0)))();
  // What is new belongs to somebody until the turn is over.
  await turn();
  collectSoon();
  collectSoon();
  await turn();
  await turn();
  expect(left.deref()).toBeUndefined();
  expect(runInNewContext('typeof gc')).toBe('undefined');
});
