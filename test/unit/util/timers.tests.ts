import { jest } from '@jest/globals';
import { clearTimer, onBeat, pause, setTimer } from '../../../src/util/timers.ts';

beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

const dayMs = 86_400_000;

it.each([1, 1_000, 2 ** 31 - 1, 2 ** 31, 30 * dayMs, 200 * dayMs])('rings once, after %d ms and not before', (delayMs) => {
  let rung = 0;
  setTimer(() => rung++, delayMs);
  jest.advanceTimersByTime(delayMs - 1);
  expect(rung).toBe(0);
  jest.advanceTimersByTime(1);
  expect(rung).toBe(1);
  jest.advanceTimersByTime(400 * dayMs);
  expect(rung).toBe(1);
  expect(jest.getTimerCount()).toBe(0);
});

it.each([1_000, 30 * dayMs, 200 * dayMs, Infinity])('of %d ms does not ring when it was cleared, in whatever stretch of it', (delayMs) => {
  const [early, late] = [1, 2].map(() => setTimer(() => expect('it').toBe('silent'), delayMs));
  clearTimer(early);
  clearTimer(early);
  jest.advanceTimersByTime(Math.min(delayMs - 1, 100 * dayMs));
  clearTimer(late);
  jest.advanceTimersByTime(400 * dayMs);
  expect(jest.getTimerCount()).toBe(0);
});

it('takes what is no number as Node does', () => {
  let rung = 0;
  setTimer(() => rung++, Number.NaN);
  jest.advanceTimersByTime(1);
  expect(rung).toBe(1);
});

it('that is none is cleared without a word', () => {
  clearTimer(null);
  clearTimer(undefined);
});

it('that never rings still waits', () => {
  const timer = setTimer(() => expect('it').toBe('silent'), Infinity);
  jest.advanceTimersByTime(1_000 * dayMs);
  expect(jest.getTimerCount()).toBe(1);
  clearTimer(timer);
});

it('pauses for any time', async () => {
  let isOver = false;
  const paused = pause(40 * dayMs).then(() => (isOver = true));
  jest.advanceTimersByTime(40 * dayMs - 1);
  await Promise.resolve();
  expect(isOver).toBe(false);
  jest.advanceTimersByTime(1);
  await paused;
});

describe('onBeat', () => {
  it('calls all that is due about each second at the same moments, each until it is called off', () => {
    const calls: string[] = [];
    const endFirst = onBeat(() => calls.push('first'));
    jest.advanceTimersByTime(900);
    const endSecond = onBeat(() => calls.push('second'));
    jest.advanceTimersByTime(100);
    expect(calls).toEqual(['first', 'second']);
    endFirst();
    jest.advanceTimersByTime(1000);
    expect(calls).toEqual(['first', 'second', 'second']);
    endSecond();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not call what another has called off in the same beat, nor twice what comes anew in it', () => {
    const calls: string[] = [];
    let end = onBeat(function anew() {
      calls.push('anew');
      end();
      endOther();
      end = onBeat(anew);
    });
    const endOther = onBeat(() => calls.push('other'));
    jest.advanceTimersByTime(2000);
    expect(calls).toEqual(['anew', 'anew']);
    end();
    expect(jest.getTimerCount()).toBe(0);
  });
});
