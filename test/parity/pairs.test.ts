/**
 * Locust's user model, behaviour by behaviour: the same scenario in Python, run by Locust itself, and in TypeScript,
 * run by a worker under a real master. What happens to a user is in the names of its rows (`pairs/diary.py`), so rows
 * that are equal are lives that were equal. Where ours differs on purpose, the test says how, and why.
 */
import { namesOf, runPair, withClass, type PairRows } from './pair.ts';

/** Each pair is run once, when the first test asks. */
function once(make: () => Promise<PairRows>): () => Promise<PairRows> {
  let made: Promise<PairRows> | null = null;
  return () => (made ??= make());
}

describe('how users begin, go on and end by themselves', () => {
  const rows = once(() => runPair({ name: 'lives', users: 13, runTimeSec: 5, threads: 2 }));

  it('is as with Locust: starts, endings, errors, nested sets, wait times', async () => {
    const { locust, ours } = await rows();
    const expected = [
      ['FailsInStop', ['01 starts', '02 stops', '03 error: no stop']],
      ['NestedFailure', ['01 starts', '02 set starts', '03 set starts', '04 goes', '05 set fails to stop', '06 error: no way out', '07 set stops', '08 stops']],
      ['TopInterrupt', ['01 starts', '02 interrupts', '03 stops']],
    ] as const;
    expect(ours).toEqual(expected.reduce((changed, [className, names]) => withClass(changed, className, names), locust));
    expect(Object.keys(locust).length).toBeGreaterThan(60);
  });

  it('differs on purpose: errors in onStop are reported like all others; Locust only logs them', async () => {
    const { locust } = await rows();
    expect(namesOf(locust, 'FailsInStop')).toEqual(['01 starts', '02 stops']);
    expect(namesOf(locust, 'NestedFailure').at(-2)).toBe('06 set stops');
  });

  it("differs on purpose: InterruptTaskSet in a user's own task ends it with onStop; Locust's user dies of it without", async () => {
    const { locust } = await rows();
    expect(namesOf(locust, 'TopInterrupt')).toEqual(['01 starts', '02 interrupts']);
  });
});

describe('which task comes next', () => {
  const rows = once(() => runPair({ name: 'order', users: 11, runTimeSec: 4 }));

  it('is as with Locust: sequences with weights and lists, inheritance, queues, Markov chains, pacing', async () => {
    const { locust, ours } = await rows();
    const steps = Array.from({ length: 11 }, (_, step) => `${String(step + 2).padStart(2, '0')} ${step % 2 === 0 ? 'base' : 'shared of overriding'}`);
    expect(ours).toEqual(withClass(locust, 'Overrides', ['01 starts', ...steps, '13 stops']));
    expect(locust).toMatchObject({ 'Paced works': 4, 'Overtaken works': 4 });
  });

  it("differs on purpose: a method that overrides an inherited task takes its place; Locust runs the base class's too", async () => {
    const { locust } = await rows();
    expect(namesOf(locust, 'Overrides').slice(1, 4)).toEqual(['02 base', '03 shared of base', '04 shared of overriding']);
  });
});

// Long enough for Locust to begin its users on a busy machine; what they do takes longer.
const runTimeSec = 4;

describe('a test that is stopped', () => {
  it('lets users finish their task or start within the stop timeout, and ends those that wait at once', async () => {
    const { locust, ours } = await runPair({ name: 'stopping', users: 5, runTimeSec, flags: ['--stop-timeout', '10'] });
    expect(ours).toEqual(locust);
    expect(namesOf(ours, 'Works')).toEqual(['01 starts', '02 set starts', '03 begins', '04 ends, after a wait', '05 cleans up', '06 set stops', '07 stops']);
  });

  it('cuts tasks off without one: they clean up, then come the onStop of sets and user', async () => {
    const { locust, ours } = await runPair({ name: 'stopping', users: 5, runTimeSec });
    expect(ours).toEqual(locust);
    expect(namesOf(ours, 'Works')).toEqual(['01 starts', '02 set starts', '03 begins', '04 cleans up, after a wait', '05 set stops', '06 stops']);
  });
});

it('runs the tasks that --tags and --exclude-tags leave', async () => {
  const { locust, ours } = await runPair({ name: 'tags', users: 1, runTimeSec: 2, flags: ['--tags', 'read', 'list', '--exclude-tags', 'slow'] });
  expect(ours).toEqual(locust);
  expect(namesOf(ours, 'Reader')).toHaveLength(13);
});

it('spawns by weight and fixed count, replaces users that ended by themselves at the next spawn, and knows host and options', async () => {
  const { locust, ours } = await runPair({ name: 'spawning', users: 0, runTimeSec: 0, threads: 2, flags: ['--host', 'http://given.example', '--tenant', 'acme', '--basket-size', '3', '--dry-run'] });
  expect(ours).toEqual(locust);
  expect(ours).toMatchObject({ 'Leaves born': 4, 'Fixed born': 2, 'Fixed http://given.example acme 4 true': 2 });
});
