import { EventHook } from '../../../src/scenario/events.ts';

describe('firing without waiting', () => {
  it('calls all in order, at once, and hands over what they throw and what they reject with', async () => {
    const hook = new EventHook<string>();
    const seen: string[] = [];
    const errors: unknown[] = [];
    hook.add((text) => {
      seen.push(`first ${text}`);
      throw new Error('sync');
    });
    hook.add(async (text) => {
      seen.push(`second ${text}`);
      await Promise.resolve();
      throw new Error('async');
    });
    hook.add((text) => seen.push(`third ${text}`));
    hook.fireUnawaited('now', (error) => errors.push(error));
    expect(seen).toEqual(['first now', 'second now', 'third now']);
    expect(errors).toEqual([new Error('sync')]);
    await new Promise(setImmediate);
    expect(errors).toEqual([new Error('sync'), new Error('async')]);
  });

  it('calls the listeners that it had when it began', () => {
    const hook = new EventHook<null>();
    const seen: string[] = [];
    const once = (): void => {
      hook.remove(once);
      hook.add(() => seen.push('late'));
      seen.push('once');
    };
    hook.add(once);
    hook.add(() => seen.push('always'));
    hook.fireUnawaited(null, () => {});
    expect(seen).toEqual(['once', 'always']);
    hook.fireUnawaited(null, () => {});
    expect(seen).toEqual(['once', 'always', 'always', 'late']);
  });
});

it('tells its watcher whether anybody listens: now, and as listeners come and go', () => {
  const hook = new EventHook<null>();
  const told: boolean[] = [];
  hook.watch((isHeard) => told.push(isHeard));
  const listener = (): void => {};
  hook.add(listener);
  hook.add(listener);
  hook.remove(() => {});
  hook.remove(listener);
  expect(hook.isHeard).toBe(true);
  hook.remove(listener);
  expect(told).toEqual([false, true, true, true, false]);
  expect(hook.isHeard).toBe(false);
});
