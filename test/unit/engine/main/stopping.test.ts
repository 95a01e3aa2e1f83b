/** Threads that stop their users: as long as their loops turn, nobody is lost. */
import { jest } from '@jest/globals';
import { Stopping } from '../../../../src/engine/main/stopping.ts';
import type { LoadThread } from '../../../../src/engine/main/loadThread.ts';

beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

class FakeSlot {
  isReady = true;
  isRetiring = false;
  stoppedGeneration = 0;
  beats = 0;
  readonly posted: unknown[] = [];
  readonly replaced: [reason: string, atMs: number][] = [];
  post(message: unknown): void {
    this.posted.push(message);
  }
  replace(reason: string): void {
    this.replaced.push([reason, performance.now()]);
  }
}

function scene(isDebugged = false) {
  const slots = [new FakeSlot(), new FakeSlot()] as [FakeSlot, FakeSlot];
  const sunk: unknown[] = [];
  const stopping = new Stopping(() => slots as unknown as LoadThread[], (input) => sunk.push(input), { excuses: () => isDebugged });
  return { slots, sunk, stopping };
}

function pass(ms: number, ...turning: FakeSlot[]): void {
  for (let passed = 0; passed < ms; passed += 100) {
    if (passed % 200 === 0) for (const slot of turning) slot.beats++;
    jest.advanceTimersByTime(100);
  }
}

it('waits for a thread that has much to do, and replaces one whose loop stands still', () => {
  const { slots, sunk, stopping } = scene();
  const [busy, blocked] = slots;
  stopping.begin(7, 2_000);
  expect(busy.posted).toEqual([{ kind: 'stop', generation: 7, stopTimeoutMs: 2_000 }]);
  pass(60_000, busy);
  expect(busy.replaced).toEqual([]);
  expect(blocked.replaced[0]).toEqual([expect.stringMatching(/^it did not stop its users in time: its event loop stands still: a task blocks it/u), 4_000]);
  stopping.lost(blocked as unknown as LoadThread);
  expect(sunk).toEqual([]);
  busy.stoppedGeneration = 7;
  stopping.check();
  expect(sunk).toEqual([{ kind: 'usersStopped', generation: 7 }]);
  expect(jest.getTimerCount()).toBe(0);
});

it('does not call a thread blocked that turned just before the stop timeout was over', () => {
  const { slots, stopping } = scene();
  stopping.begin(1, 1_000);
  pass(1_200, ...slots);
  pass(1_800);
  expect(slots.flatMap(({ replaced }) => replaced)).toEqual([]);
  pass(400);
  expect(slots.map(({ replaced }) => replaced.length > 0)).toEqual([true, true]);
});

it('calls nobody blocked who may be at a breakpoint', () => {
  const { slots, stopping } = scene(true);
  stopping.begin(1, 0);
  pass(600_000);
  expect(slots.flatMap(({ replaced }) => replaced)).toEqual([]);
  stopping.clear();
  expect(jest.getTimerCount()).toBe(0);
});

it('waits for a stop timeout of 30 days', () => {
  const { slots, stopping } = scene();
  stopping.begin(1, 30 * 86_400_000);
  jest.advanceTimersByTime(29 * 86_400_000);
  expect(slots.flatMap(({ replaced }) => replaced)).toEqual([]);
});

it('does not wait for ever for a thread that turns and never answers', () => {
  const { slots, stopping } = scene();
  stopping.begin(1, 0);
  pass(91_000, ...slots);
  expect(slots[0].replaced[0]?.[0]).toBe('it did not stop its users in time: it never said that they are gone');
});
