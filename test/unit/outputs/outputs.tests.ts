import { jest } from '@jest/globals';
import { type Output, Outputs } from '../../../src/outputs/outputs.ts';
import { BoomerError } from '../../../src/util/boomerError.ts';
import { aMoment, aResult, aStart } from './runExamples.ts';

function withLog(list: readonly Output[], patienceMs?: number): { outputs: Outputs; lines: string[] } {
  const lines: string[] = [];
  return { outputs: new Outputs(list, (level, text) => lines.push(`${level}: ${text}`), patienceMs), lines };
}

test('the first output that cannot start ends the start', async () => {
  const started: string[] = [];
  const { outputs } = withLog([
    { onStart: async () => started.push('one') },
    { onStart: () => Promise.reject(new BoomerError('unwritable', 'cannot write x')) },
    { onStart: () => started.push('three') },
  ]);
  await expect(outputs.onStart(aStart())).rejects.toThrow('cannot write x');
  expect(started).toEqual(['one']);
});

test('an output that fails every second is heard once, and the others get every moment', async () => {
  const told: number[] = [];
  const { outputs, lines } = withLog([
    { onEvent: () => { throw new Error('no'); } },
    { onEvent: async () => { throw new BoomerError('unwritable', 'cannot write a.csv: ENOSPC'); } },
    { onEvent: ({ atSec }) => told.push(atSec) },
  ]);
  for (let second = 0; second < 3; second++) {
    outputs.onEvent(aMoment({ atSec: second }));
    await new Promise(setImmediate);
  }
  expect(told).toEqual([0, 1, 2]);
  expect(lines).toEqual(['error: an output failed: Error: no. The run goes on.', 'error: cannot write a.csv: ENOSPC. The run goes on.']);
});

test('a busy output skips moments, and its end comes after the moment that it works on', async () => {
  const seen: string[] = [];
  let finish = (): void => undefined;
  class Slow implements Output {
    readonly #seen = seen;
    onEvent(moment: { readonly atSec: number }): Promise<void> {
      this.#seen.push(`moment ${moment.atSec}`);
      return new Promise((resolve) => (finish = resolve));
    }
    onStop(): void {
      this.#seen.push('stop');
    }
  }
  const { outputs } = withLog([new Slow()]);
  outputs.onEvent(aMoment({ atSec: 1 }));
  outputs.onEvent(aMoment({ atSec: 2 }));
  finish();
  await new Promise(setImmediate);
  outputs.onEvent(aMoment({ atSec: 3 }));
  const stopped = outputs.onStop(aResult());
  await new Promise(setImmediate);
  expect(seen).toEqual(['moment 1', 'moment 3']);
  finish();
  expect(await stopped).toEqual({ failed: [] });
  expect(seen).toEqual(['moment 1', 'moment 3', 'stop']);
});

test('whoever fails at the end is named, has no files, and holds up nobody', async () => {
  const { outputs, lines } = withLog([
    { onStop: () => Promise.reject(new BoomerError('unwritable', 'cannot write a')), files: () => ['a'] },
    { onStop: () => new Promise(() => undefined), files: () => ['never'] },
    { files: () => ['c', 'd'] },
  ], 20);
  const { failed } = await outputs.onStop(aResult());
  expect(failed).toEqual(['cannot write a', 'an output was not done 0.02 s after the run']);
  expect(lines).toEqual(failed.map((text) => `error: ${text}`));
  expect(outputs.files()).toEqual(['c', 'd']);
});

test('who does not want to wait gives what still writes 3 s from then on, and loses no file that is faster', async () => {
  jest.useFakeTimers();
  try {
    let done = (): void => undefined;
    const { outputs } = withLog([{ onStop: () => new Promise(() => undefined) }, { onStop: () => new Promise<void>((resolve) => (done = resolve)) }]);
    outputs.hurry();
    const stopped = outputs.onStop(aResult());
    await jest.advanceTimersByTimeAsync(5_000);
    outputs.hurry();
    await jest.advanceTimersByTimeAsync(2_000);
    outputs.hurry();
    done();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await stopped).toEqual({ failed: ['an output was not done 8 s after the run'] });
  } finally {
    jest.useRealTimers();
  }
});
