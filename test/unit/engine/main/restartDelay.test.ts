/** Delays after threads that lived so long, one after the other. */
import { RestartDelay } from '../../../../src/engine/main/loadThread.ts';

function delaysAfter(...livesMs: readonly number[]): readonly number[] {
  const delay = new RestartDelay();
  return livesMs.map((lifeMs) => {
    delay.started(1_000);
    return delay.lost(1_000 + lifeMs);
  });
}

it('a first lost thread is replaced at once, however short its life was', () => {
  expect(delaysAfter(0)).toEqual([0]);
});

it('each short life in a row doubles the delay, up to ten seconds', () => {
  expect(delaysAfter(0, 9_999, 5, 5, 5, 5, 5, 5)).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

it('a life of ten seconds makes good what was before', () => {
  expect(delaysAfter(0, 0, 10_000, 0)).toEqual([0, 500, 0, 500]);
});
