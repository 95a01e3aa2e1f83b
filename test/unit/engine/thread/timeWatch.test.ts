import { jest } from '@jest/globals';
import { TimeWatch } from '../../../../src/engine/thread/watching/timeWatch.ts';
import { keepNodesTime } from '../../../../src/util/nodeTime.ts';
import { until } from '../../../support/until.ts';

keepNodesTime(); // as a load thread does

const nodes = { setTimeout, setInterval, setImmediate, performance, Date, nextTick: process.nextTick, queueMicrotask };
afterEach(() => {
  jest.useRealTimers();
  const { nextTick, ...globals } = nodes;
  Object.assign(globalThis, globals);
  process.nextTick = nextTick;
});

const trialMs = 60;

/** What is said in time of whatever `replace` does. */
async function said(replace: () => void): Promise<string[]> {
  const texts: string[] = [];
  const watch = new TimeWatch((text) => void texts.push(text), trialMs);
  watch.look();
  replace();
  watch.look();
  watch.look();
  // Set after the trial's own, for the same time and more.
  await new Promise((resolve) => nodes.setTimeout(resolve, trialMs + 20));
  return texts;
}

it('names all functions of fake timers, in one line', async () => {
  expect(await said(() => jest.useFakeTimers())).toEqual([
    expect.stringMatching(/^the scenario has put others in place of Node's setTimeout, setInterval, setImmediate, queueMicrotask, process\.nextTick, performance\.now, Date\.now, and they do not run by themselves \(fake timers\?\): /u),
  ]);
});

it.each([
  ['a clock that stands still', 'performance.now', () => Object.assign(globalThis, { performance: { now: () => 5 } })],
  ['a clock that runs at another speed', 'Date.now', () => Object.assign(globalThis, { Date: { now: () => nodes.Date.now() / 10 } })],
  ['a timer that is none', 'setTimeout', () => Object.assign(globalThis, { setTimeout: () => 0 })],
  ['a timer that throws', 'setImmediate', () => Object.assign(globalThis, { setImmediate: () => { throw new Error('no'); } })],
])('names %s', async (_, name, replace) => {
  expect(await said(replace)).toEqual([expect.stringContaining(`in place of Node's ${name}, and it does not run by itself`)]);
});

it('says nothing of wrappers that run, and of a clock that is set otherwise', async () => {
  const replace = (): void => {
    Object.assign(globalThis, {
      setTimeout: (work: () => void, delayMs: number) => nodes.setTimeout(work, delayMs),
      setInterval: (work: () => void, delayMs: number) => nodes.setInterval(work, delayMs),
      Date: class extends nodes.Date {
        static override now(): number {
          return nodes.Date.now() + 86_400_000;
        }
      },
    });
  };
  expect(await said(replace)).toEqual([]);
});

it('says it anew when something else is put there', async () => {
  const texts: string[] = [];
  const watch = new TimeWatch((text) => void texts.push(text), trialMs);
  for (const setTimeout of [() => 0, () => 1]) {
    Object.assign(globalThis, { setTimeout });
    watch.look();
  }
  Object.assign(globalThis, nodes);
  await until('both', () => texts.length === 2);
});
