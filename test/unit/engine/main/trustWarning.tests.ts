import { TrustWarning } from '../../../../src/engine/main/trustWarning.ts';
import { readTrust, trustMemory, type TrustNumbers } from '../../../../src/engine/shared/trustMeter.ts';

const idle = readTrust(trustMemory());
const thread = (changes: Partial<TrustNumbers>): TrustNumbers => ({ ...idle, ...changes });

let said: string[];
let warning: TrustWarning;
beforeEach(() => {
  said = [];
  warning = new TrustWarning((text) => said.push(text));
});

it('says nothing of a thread that keeps up, or was busy only for a moment', () => {
  warning.look([thread({ samples: 0 })], 0);
  warning.look([thread({ activeMs: 900, idleMs: 0 })], 1_000);
  warning.look([thread({ activeMs: 3_000, idleMs: 7_000, samples: 10_000, lateSamples: 400 })], 10_000);
  expect(said).toEqual([]);
});

it('tells once a run of a thread that was busy for ten seconds', () => {
  for (let sec = 0; sec <= 40; sec++) warning.look([thread({}), thread({ activeMs: sec * 980, idleMs: sec * 20 })], sec * 1_000);
  expect(said).toEqual([expect.stringMatching(/^load thread 1 was busy for 98 % of the last 10 s: .*more threads/u)]);
  warning.begin();
  for (let sec = 41; sec <= 60; sec++) warning.look([thread({ activeMs: sec * 980, idleMs: sec * 20 })], sec * 1_000);
  expect(said).toHaveLength(2);
});

it('tells of samples that were taken late', () => {
  warning.look([thread({})], 0);
  warning.look([thread({ activeMs: 1, idleMs: 9_999, samples: 1_000, lateSamples: 60 })], 10_000);
  expect(said).toEqual([expect.stringMatching(/^6 % of the samples were taken while the event loop of their load thread was late: /u)]);
});
