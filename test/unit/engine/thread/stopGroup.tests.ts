import { type Leaver, StopGroup, onStopGraceMs } from '../../../../src/engine/thread/users/stopGroup.ts';
import { Turn } from '../../../../src/engine/thread/pacing/turn.ts';
import { pass, useFakeTime } from './stage.ts';

useFakeTime();

/** Writes down what it is told. */
function life(name: string, underWay = 0): Leaver {
  const note = (call: string) => (): void => void told.push(`${call} ${name}`);
  const abandon = (): number => told.push(`abandon ${name}`) && 2;
  return { stop: note('stop'), kill: note('kill'), abandon, samples: { underWay } };
}

let told: string[];
let abandoned: [users: number, requests: number][];
let progress: number;
let isOver: boolean;
beforeEach(() => {
  told = [];
  abandoned = [];
  progress = 0;
  isOver = false;
});

function depart(lives: readonly Leaver[], graceMs: number): StopGroup {
  const stopGroup = new StopGroup(lives, { graceMs, turn: new Turn(), progress: () => progress, onAbandoned: (...lost) => abandoned.push(lost) });
  void stopGroup.over.then(() => (isOver = true));
  return stopGroup;
}

describe('a stop group', () => {
  it('asks, kills those left when the grace is over, then abandons those still left', async () => {
    const [a, b, c] = [life('a'), life('b'), life('c')] as const;
    const stopGroup = depart([a, b, c], 1000);
    expect(told).toEqual(['stop a', 'stop b', 'stop c']);
    stopGroup.gone(a);
    await pass(999);
    expect(told).toHaveLength(3);
    await pass(1);
    expect(told.slice(3)).toEqual(['kill b', 'kill c']);
    stopGroup.gone(b);
    await pass(500 + onStopGraceMs);
    expect(told.slice(5)).toEqual(['abandon c']);
    expect(abandoned).toEqual([[1, 2]]);
    expect(isOver).toBe(false);
    stopGroup.gone(c);
    await pass();
    expect(isOver).toBe(true);
  });

  it('kills at once without grace', async () => {
    const only = life('a');
    const stopGroup = depart([only], 0);
    expect(told).toEqual(['kill a']);
    stopGroup.gone(only);
    await pass(10_000);
    expect(told).toEqual(['kill a']);
    expect(abandoned).toEqual([]);
    expect(isOver).toBe(true);
  });

  it('is over at once when nobody leaves', async () => {
    depart([], 1000);
    await pass();
    expect(isOver).toBe(true);
  });

  it('is hurried: no grace any more, and then no onStop either', async () => {
    const [a, b] = [life('a'), life('b')] as const;
    const stopGroup = depart([a, b], 60_000);
    stopGroup.gone(a);
    stopGroup.hurry();
    expect(told.slice(2)).toEqual(['kill b']);
    await pass(1_000);
    stopGroup.hurry();
    expect(told.slice(3)).toEqual(['abandon b']);
    stopGroup.gone(b);
    await pass(600_000);
    expect(told).toHaveLength(4);
    expect(isOver).toBe(true);
  });

  it('waits for an onStop as long as somebody gets on, counted from the last progress', async () => {
    const lives = Array.from({ length: 10 }, (_, index) => life(`${index}`));
    const stopGroup = depart(lives, 0);
    for (const [index, one] of lives.entries()) {
      await pass(onStopGraceMs - 1_000);
      if (index < 5) stopGroup.gone(one); // a user is gone
      else progress++; // or records what it did
    }
    expect(abandoned).toEqual([]);
    await pass(onStopGraceMs + 1_000);
    expect(abandoned).toEqual([[5, 10]]);
  });

  it('waits for answers, though not longer than the master', async () => {
    depart([life('a'), life('b', 1)], 0);
    await pass(59_000);
    expect(abandoned).toEqual([]);
    await pass(1_000);
    expect(abandoned).toEqual([[2, 4]]);
  });

  it('does not wait longer than the master for those who get on for ever', async () => {
    depart([life('a')], 0);
    for (let second = 0; second < 59; second++) {
      progress++;
      await pass(1_000);
    }
    expect(abandoned).toEqual([]);
    await pass(1_000);
    expect(abandoned).toEqual([[1, 2]]);
  });

  it.each(['stop', 'kill'])('tells a great many in slices, with turns of the event loop between: %s', async (call) => {
    const lives = Array.from({ length: 2_000 }, (_, index) => life(`${index}`));
    const stopGroup = depart(lives, call === 'stop' ? 1_000_000 : 0);
    expect(told.length).toBeLessThanOrEqual(250);
    stopGroup.gone(lives[1_999] as Leaver);
    await pass(20);
    expect(told).toEqual(lives.slice(0, -1).map((_, index) => `${call} ${index}`));
  });

  it('asks nobody any more once it kills', async () => {
    const lives = Array.from({ length: 600 }, (_, index) => life(`${index}`));
    const stopGroup = depart(lives, 1_000);
    stopGroup.kill();
    await pass(20);
    expect(told.filter((line) => line.startsWith('kill'))).toHaveLength(600);
    expect(told.filter((line) => line.startsWith('stop')).length).toBeLessThanOrEqual(250);
  });

  it('takes no notice of users who are not its own, and is not hurried when it is over', async () => {
    const own = life('a');
    const stopGroup = depart([own], 1000);
    stopGroup.gone(life('other'));
    await pass();
    expect(isOver).toBe(false);
    stopGroup.gone(own);
    stopGroup.gone(own);
    stopGroup.hurry();
    await pass(10_000);
    expect(told).toEqual(['stop a']);
    expect(isOver).toBe(true);
  });
});
