import { jest } from '@jest/globals';

import { within } from '../../../src/cluster/childProcess.ts';

const never = new Promise<never>(() => {});
const late = (): Error => new Error('late');

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('what comes in time is passed on, and no timer is left', async () => {
  await expect(within(Promise.resolve('it'), { ms: 10, stop: new AbortController().signal, late })).resolves.toBe('it');
  expect(jest.getTimerCount()).toBe(0);
});

test('what does not come in time is given up', async () => {
  const waiting = within(never, { ms: 10, stop: new AbortController().signal, late });
  jest.advanceTimersByTime(10);
  await expect(waiting).rejects.toThrow('late');
});

test('an abort ends the wait with its own reason', async () => {
  const controller = new AbortController();
  const waiting = within(never, { ms: 10, stop: controller.signal, late });
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(jest.getTimerCount()).toBe(0);
});

test('after an abort nothing is waited for', async () => {
  await expect(within(Promise.resolve(1), { ms: 10, stop: AbortSignal.abort(new Error('before')), late })).rejects.toThrow('before');
});
