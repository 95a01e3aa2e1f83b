import { Countdown } from '../../../../src/engine/shared/pace.ts';

it('lets exactly so many through, whoever asks', () => {
  const own = Countdown.create(3);
  const other = new Countdown(own.memory);
  expect([own.take(), other.take(), own.left(), own.take(), other.take(), own.take(), other.left()]).toEqual([true, true, 1, true, false, false, 0]);
  own.reset(1);
  expect([other.take(), own.take()]).toEqual([true, false]);
});

it('lets nobody through when there is nothing', () => {
  expect(Countdown.create(0).take()).toBe(false);
});
