import { MasterClock } from '../../../../src/protocol/worker/masterClock.ts';

const startSec = 1_790_000_000;

/** A worker whose steady clock and wall clock the test sets. */
function scene(): { clock: MasterClock; time: { steadySec: number; shiftSec: number }; logs: string[] } {
  const time = { steadySec: startSec, shiftSec: 0 };
  const logs: string[] = [];
  const clock = new MasterClock({ steadySec: () => time.steadySec, clockShiftSec: () => time.shiftSec, log: (level, text) => logs.push(`${level}: ${text}`) });
  return { clock, time, logs };
}

test('before the master has spoken, and while clocks differ by less than a second, stamps are by the own wall clock', () => {
  const { clock, time, logs } = scene();
  time.shiftSec = 0.25;
  expect(clock.shiftSec).toBe(0.25);
  clock.record(startSec - 0.5);
  expect(clock.shiftSec).toBe(0.25);
  expect(logs).toEqual([]);
});

test.each([
  [240, '240.0 s ahead of the master\'s'],
  [-3_600, '3600.0 s behind the master\'s'],
])('a worker that is %d s ahead stamps by the master\'s clock, and says so once', (aheadSec, text) => {
  const { clock, time, logs } = scene();
  clock.record(startSec - aheadSec);
  expect(clock.shiftSec).toBe(-aheadSec);
  time.steadySec += 1;
  clock.record(startSec - aheadSec + 1);
  expect(clock.shiftSec).toBe(-aheadSec);
  expect(logs).toEqual([expect.stringContaining(`warning: the clock of this worker is ${text}`)]);
});

test('the message that came fastest tells the clock; those that were on their way for long do not', () => {
  const { clock, logs } = scene();
  clock.record(startSec - 5);
  expect(clock.shiftSec).toBe(-5);
  clock.record(startSec - 0.01);
  clock.record(startSec - 60);
  expect(clock.shiftSec).toBe(0);
  expect(logs.at(-1)).toBe("info: the clock of this worker agrees with the master's again");
});

test('a new test goes by its own messages, as a clock may have been set meanwhile', () => {
  const { clock, time } = scene();
  clock.record(startSec);
  time.steadySec += 100;
  clock.record(startSec + 100 - 30);
  expect(clock.shiftSec).toBe(0);
  clock.startTest();
  expect(clock.shiftSec).toBe(-30);
});

test('a wall clock that is set in mid-test changes nothing where the master\'s is followed', () => {
  const { clock, time, logs } = scene();
  clock.record(startSec - 240);
  time.shiftSec = 3_600;
  expect(clock.shiftSec).toBe(-240);
  clock.record(startSec - 240);
  expect(logs).toHaveLength(2);
});

test.each([0, 1, 1e9, 2 ** 32, 1e15])('%d is no time that a clock shows', (sec) => {
  const { clock, logs } = scene();
  clock.record(sec);
  expect(clock.shiftSec).toBe(0);
  expect(logs).toEqual([]);
});
