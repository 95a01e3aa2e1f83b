import { readTrust, trustMemory, TrustMeter } from '../../../../src/engine/shared/trustMeter.ts';

it('is all zeros before the first look', () => {
  expect(Object.values(readTrust(trustMemory()))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

it('adds up what it is told, for a reader of the same memory', () => {
  const memory = trustMemory();
  for (const meter of [new TrustMeter(memory), new TrustMeter(memory)]) { // the second thread of a place goes on
    meter.utilisation(30, 70);
    meter.gcPause(2);
    meter.gcPause(5);
    meter.samples(100);
    meter.lateSamples(3);
  }
  expect(readTrust(memory)).toMatchObject({ activeMs: 60, idleMs: 140, gcPauses: 4, gcPauseTotalMs: 14, gcPauseMaxMs: 5, samples: 200, lateSamples: 6 });
  new TrustMeter(memory).reset();
  expect(readTrust(memory).samples).toBe(0);
});

it('knows percentiles of the delay to a tenth, and the longest exactly', () => {
  const memory = trustMemory();
  const meter = new TrustMeter(memory);
  for (let look = 0; look < 980; look++) meter.delay(0.5);
  for (let look = 0; look < 19; look++) meter.delay(40);
  meter.delay(123.4);
  const { loopDelayP50Ms, loopDelayP99Ms, loopDelayMaxMs } = readTrust(memory);
  expect(Math.abs(loopDelayP50Ms / 0.5 - 1)).toBeLessThan(0.1);
  expect(Math.abs(loopDelayP99Ms / 40 - 1)).toBeLessThan(0.1);
  expect(loopDelayMaxMs).toBe(123.4);
});

it('never says that more samples were late than there were', () => {
  const memory = trustMemory();
  new TrustMeter(memory).lateSamples(5);
  expect(readTrust(memory).lateSamples).toBe(0);
});
