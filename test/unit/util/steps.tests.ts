import { doneAtOnce, doneInTurns, isStepOver, type Steps } from '../../../src/util/steps.ts';

/** Longer than a slice. */
function work(): void {
  const endsMs = performance.now() + 10;
  while (performance.now() < endsMs);
}

function* steps(said: string[], count: number, step: () => void): Steps<string> {
  for (let place = 0; place < count; place++) {
    said.push(`step ${place}`);
    step();
    yield;
  }
  return 'done';
}

test('work is done at once, whoever wants it so', () => {
  const said: string[] = [];
  expect(doneAtOnce(steps(said, 3, work))).toBe('done');
  expect(said).toEqual(['step 0', 'step 1', 'step 2']);
});

test('short work takes no turn of the event loop', () => {
  expect(doneInTurns(steps([], 3, () => undefined))).toBe('done');
});

test('long work gives the event loop a turn after each slice', async () => {
  const said: string[] = [];
  const result = doneInTurns(steps(said, 3, work));
  expect(said).toEqual(['step 0']);
  setImmediate(() => said.push('turn'));
  expect(await result).toBe('done');
  expect(said.indexOf('turn')).toBeLessThan(said.indexOf('step 2'));
});

test('work that throws does so in the first slice, and rejects later', async () => {
  const fails = (afterMs: () => void): Steps<void> =>
    (function* () {
      afterMs();
      yield;
      throw new Error('no');
    })();
  expect(() => doneInTurns(fails(() => undefined))).toThrow('no');
  await expect(doneInTurns(fails(work))).rejects.toThrow('no');
});

test('a step is over after every so many items', () => {
  expect(Array.from({ length: 100 }, (_, place) => place).filter(isStepOver)).toEqual([31, 63, 95]);
});
