import { Departure, onStopGraceMs } from '../../../src/thread/departure.ts';
import type { UserLife } from '../../../src/thread/userLife.ts';
import { pass, useFakeTime } from './stage.ts';

useFakeTime();

/** Writes down what it is told; all that a departure knows of a life. */
function life(name: string): UserLife {
  const note = (call: string) => (): void => void told.push(`${call} ${name}`);
  return { stop: note('stop'), kill: note('kill'), abandon: note('abandon') } as Pick<UserLife, 'stop' | 'kill' | 'abandon'> as UserLife;
}

let told: string[];
let abandoned: number[];
let isOver: boolean;
beforeEach(() => {
  told = [];
  abandoned = [];
  isOver = false;
});

function depart(lives: readonly UserLife[], graceMs: number): Departure {
  const departure = new Departure(lives, graceMs, (count) => abandoned.push(count));
  void departure.over.then(() => (isOver = true));
  return departure;
}

describe('a departure', () => {
  it('asks, kills those left when the grace is over, then abandons those still left', async () => {
    const [a, b, c] = [life('a'), life('b'), life('c')] as const;
    const departure = depart([a, b, c], 1000);
    expect(told).toEqual(['stop a', 'stop b', 'stop c']);
    departure.gone(a);
    await pass(999);
    expect(told).toHaveLength(3);
    await pass(1);
    expect(told.slice(3)).toEqual(['kill b', 'kill c']);
    departure.gone(b);
    await pass(onStopGraceMs);
    expect(told.slice(5)).toEqual(['abandon c']);
    expect(abandoned).toEqual([1]);
    expect(isOver).toBe(false);
    departure.gone(c);
    await pass();
    expect(isOver).toBe(true);
  });

  it('kills at once without grace', async () => {
    const only = life('a');
    const departure = depart([only], 0);
    expect(told).toEqual(['kill a']);
    departure.gone(only);
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

  it('is hurried: no grace any more', async () => {
    const [a, b] = [life('a'), life('b')] as const;
    const departure = depart([a, b], 60_000);
    departure.gone(a);
    departure.hurry((count) => abandoned.push(count));
    expect(told.slice(2)).toEqual(['kill b']);
    await pass(onStopGraceMs);
    expect(told.slice(3)).toEqual(['abandon b']);
    await pass(60_000);
    expect(told).toHaveLength(4);
  });

  it('takes no notice of users who are not its own, and is not hurried when it is over', async () => {
    const own = life('a');
    const departure = depart([own], 1000);
    departure.gone(life('other'));
    await pass();
    expect(isOver).toBe(false);
    departure.gone(own);
    departure.gone(own);
    departure.hurry(() => abandoned.push(-1));
    await pass(10_000);
    expect(told).toEqual(['stop a']);
    expect(isOver).toBe(true);
  });
});
