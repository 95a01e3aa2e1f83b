import { jest } from '@jest/globals';
import { Pulse } from '../../../../src/engine/shared/pulse.ts';
import { LoopBeats } from '../../../../src/engine/thread/watching/loopBeats.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

it('are many while a test runs, few between tests, and begin anew with each change', () => {
  const pulse = new Pulse();
  let looks = 0;
  const beats = new LoopBeats(pulse, () => looks++);
  const within = (ms: number): readonly [beats: number, isResting: boolean] => {
    const before = pulse.beats;
    jest.advanceTimersByTime(ms);
    return [pulse.beats - before, pulse.isResting];
  };
  expect([pulse.beats, within(10_000)]).toEqual([1, [10, true]]);
  beats.start();
  beats.start();
  expect([pulse.beats, within(10_000)]).toEqual([12, [50, false]]);
  beats.stop();
  expect([pulse.beats, within(10_000), looks]).toEqual([63, [10, true], 70]);
});
