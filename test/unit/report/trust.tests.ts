import { trustReport } from '../../../src/report/trust.ts';
import type { ThreadTrust } from '../../../src/report/runView.ts';

const onTime: ThreadTrust = { threadIndex: 0, loopDelayP50Ms: 0.3, loopDelayP99Ms: 2.2, loopDelayMaxMs: 18.4, utilisation: 0.31, gcPauses: 4, gcPauseTotalMs: 6, gcPauseMaxMs: 3.1, samples: 1_000, lateSamples: 0 };

it('trusts threads that were on time', () => {
  expect(trustReport([onTime, { ...onTime, threadIndex: 1, loopDelayP99Ms: 3, samples: 1_500, lateSamples: 1 }])).toMatchObject({
    lateShare: 0.0004,
    isTrusted: true,
    line: 'generator: on time (event loop p99 3 ms, longest 18 ms; busy 31 %; longest GC pause 3.1 ms; late samples 0.04 %)',
  });
});

it('doubts samples that were late, by their share over all threads', () => {
  const { isTrusted, lateShare, line } = trustReport([onTime, { ...onTime, lateSamples: 200 }]);
  expect([isTrusted, lateShare]).toEqual([false, 0.1]);
  expect(line).toMatch(/^generator: 10 % of the samples were taken while it was late; use fewer users/u);
});

it('doubts a thread without a moment to spare', () => {
  expect(trustReport([onTime, { ...onTime, utilisation: 0.97 }])).toMatchObject({ isTrusted: false, line: expect.stringMatching(/^generator: a thread was busy for 97 % of the time; /u) as string });
});

it('has nothing to doubt without samples', () => {
  expect(trustReport([])).toMatchObject({ lateShare: 0, isTrusted: true });
});

it.each([
  ['few samples, most of them late', { samples: 195, lateSamples: 187, loopDelayP99Ms: 161 }, /^generator: 96 % of the samples were taken while it was late; /u],
  ['a loop that stood still, so that nobody could count', { samples: 0, lateSamples: 0, loopDelayP99Ms: 2967 }, /^generator: its event loop was 2967 ms late at times; /u],
])('doubts %s', (_what, thread, line) => {
  expect(trustReport([{ ...onTime, ...thread }])).toMatchObject({ isTrusted: false, line: expect.stringMatching(line) as string });
});

it('has no doubt for the first samples of a thread that has just begun, and does not call them on time', () => {
  expect(trustReport([{ ...onTime, samples: 50, lateSamples: 40, loopDelayP99Ms: 60 }])).toMatchObject({
    isTrusted: true,
    line: 'generator: 80 % of 50 samples were taken while it was late, too few to judge it by; a longer run tells more (event loop p99 60 ms, longest 18 ms; busy 31 %; longest GC pause 3.1 ms; late samples 80 %)',
  });
  for (let lateSamples = 0; lateSamples <= 50; lateSamples++) {
    const { line } = trustReport([{ ...onTime, samples: 50, lateSamples, loopDelayP99Ms: 60 }]);
    expect([lateSamples, line.includes('on time')]).toEqual([lateSamples, lateSamples <= 2]);
  }
});

it('says what the generator ran out of, and what to do, also when it was on time', () => {
  const report = trustReport([onTime], [{ code: 'EMFILE', count: 37 }, { code: 'EADDRNOTAVAIL', count: 1 }]);
  expect(report).toMatchObject({ isTrusted: false, ownFailures: [{ code: 'EMFILE', count: 37 }, { code: 'EADDRNOTAVAIL', count: 1 }] });
  expect(report.line).toMatch(/^generator: 37 requests failed with EMFILE, .*ulimit -n.*; 1 request failed with EADDRNOTAVAIL, .*ip_local_port_range.* \(event loop/u);
  expect(report.line).not.toContain('on time');
  const late = trustReport([{ ...onTime, utilisation: 0.97 }], [{ code: 'EMFILE', count: 37 }]);
  expect(late.line).toMatch(/ulimit -n.*; a thread was busy for 97 % of the time; use fewer users a thread/u);
});
