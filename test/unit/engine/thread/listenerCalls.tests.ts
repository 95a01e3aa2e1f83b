import { jest } from '@jest/globals';
import { sayIfLate } from '../../../../src/engine/thread/hosting/listenerCalls.ts';
import { pass, useFakeTime } from './stage.ts';

useFakeTime();

it('says once that work has not ended after ten seconds, and gives what it comes to', async () => {
  const said: string[] = [];
  const work = sayIfLate(new Promise((resolve) => setTimeout(() => resolve('done'), 60_000)), 'no user begins', 'a listener of testStart has not ended', (text) => void said.push(text));
  await pass(9_999);
  expect(said).toEqual([]);
  await pass(1);
  expect(said).toEqual(['no user begins after 10 s: a listener of testStart has not ended; still waiting']);
  await pass(60_000);
  expect(await work).toBe('done');
  expect(said).toHaveLength(1);
});

it('says nothing of work that ends in time, well or not, and leaves no timer behind', async () => {
  const say = (text: string): void => expect(text).toBe('not said');
  expect(await sayIfLate(Promise.resolve(3), 'x', 'y', say)).toBe(3);
  await expect(sayIfLate(Promise.reject(new Error('no')), 'x', 'y', say)).rejects.toThrow('no');
  expect(jest.getTimerCount()).toBe(0);
});
