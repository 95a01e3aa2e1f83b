import { jest } from '@jest/globals';
import { Turn } from '../../../../../src/engine/thread/pacing/turn.ts';
import { pass, useFakeTime } from '../stage.ts';

useFakeTime();

describe('a turn', () => {
  it('is over 4 ms after it began, as told by samples', () => {
    const turn = new Turn();
    turn.saw(3.9);
    expect(turn.isOver()).toBe(false);
    turn.saw(4);
    expect(turn.isOver()).toBe(true);
  });

  it('begins anew when the event loop calls somebody back', () => {
    const turn = new Turn();
    turn.saw(3.9);
    turn.came(3.9, false);
    turn.saw(7.8);
    expect(turn.isOver()).toBe(false);
    turn.saw(7.9);
    expect(turn.isOver()).toBe(true);
    turn.came(8, false);
    expect(turn.isOver()).toBe(false);
  });

  it('is over after 50 ms however many answers come', () => {
    const turn = new Turn();
    for (let nowMs = 1; nowMs < 50; nowMs += 1) {
      turn.came(nowMs, false);
      expect(turn.isOver()).toBe(false);
    }
    turn.came(50, false);
    expect(turn.isOver()).toBe(true);
  });

  it('lets users whose first answer in it comes go on for longer, and the others wait', () => {
    const turn = new Turn();
    for (let nowMs = 50; nowMs < 250; nowMs += 1) {
      turn.came(nowMs, true);
      expect(turn.isOver()).toBe(false);
      turn.came(nowMs, false);
      expect(turn.isOver()).toBe(true);
    }
    turn.came(250, true);
    expect(turn.isOver()).toBe(true);
  });

  it('has another number after each wait, for all at once', async () => {
    const turn = new Turn();
    const before = turn.number;
    void turn.next();
    void turn.next();
    await pass(1);
    expect(turn.number).toBe(before + 1);
  });

  it('is not lost in the future by a sample that names a time there', async () => {
    const turn = new Turn();
    turn.saw(1e12);
    expect(turn.isOver()).toBe(true);
    void turn.next();
    await pass(1);
    expect(turn.isOver()).toBe(false);
    turn.saw(performance.now() + 4);
    expect(turn.isOver()).toBe(true);
  });

  it('looks at the clock by itself, once in 32 rounds where these are quick', () => {
    const turn = new Turn();
    // 1 + 2 + 4 + 8 + 16: it has seen that they are.
    for (let round = 0; round < 31; round++) expect(turn.isOver()).toBe(false);
    jest.advanceTimersByTime(10);
    const answers = Array.from({ length: 32 }, () => turn.isOver());
    expect(answers.indexOf(true)).toBe(31);
  });

  it('is over after one task that computed for long, and recorded nothing', async () => {
    const turn = new Turn();
    for (let round = 0; round < 100; round++) turn.isOver();
    for (let round = 0; !turn.isOver() && round < 100; round++) jest.advanceTimersByTime(300);
    for (let task = 0; task < 3; task++) {
      void turn.next();
      await pass(1);
      jest.advanceTimersByTime(300);
      expect(turn.isOver()).toBe(true);
    }
  });

  it('takes no notice of a time that lies back', () => {
    const turn = new Turn();
    turn.saw(5);
    turn.saw(1);
    expect(turn.isOver()).toBe(true);
  });

  it('passes for all who wait, in one go, and begins anew', async () => {
    const turn = new Turn();
    jest.advanceTimersByTime(10);
    turn.saw(performance.now());
    expect(turn.next()).toBe(turn.next());
    let isNext = false;
    void turn.next().then(() => (isNext = true));
    await Promise.resolve();
    expect(isNext).toBe(false);
    await pass(1);
    expect(isNext).toBe(true);
    expect(turn.isOver()).toBe(false);
  });
});
