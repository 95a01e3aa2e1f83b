import { causeOfStandstill, DebuggerWatch, Standstill } from '../../../../src/engine/main/standstill.ts';

describe('the silence of an event loop', () => {
  it('adds up from look to look, until the loop is seen turning', () => {
    const standstill = new Standstill(0);
    standstill.begin(1_000);
    const looks: readonly (readonly [beats: number, nowMs: number])[] = [[1, 1_500], [1, 2_000], [1, 2_700], [2, 3_200], [2, 3_700]];
    expect(looks.map(([beats, nowMs]) => standstill.silentMs(beats, nowMs))).toEqual([0, 500, 1_200, 0, 500]);
  });

  it('does not begin before the thread has run at all, nor with what was before it', () => {
    const standstill = new Standstill(0);
    standstill.begin(0);
    expect([60_000, 120_000].map((nowMs) => standstill.silentMs(0, nowMs))).toEqual([0, 0]);
    standstill.silentMs(7, 120_500);
    standstill.begin(200_000);
    expect([7, 7].map((beats, look) => standstill.silentMs(beats, 200_500 + look * 500))).toEqual([0, 500]);
  });

  it('is no more than a second for a look that comes late: who looks was held up too', () => {
    const standstill = new Standstill(0);
    standstill.begin(0);
    standstill.silentMs(1, 500);
    expect(standstill.silentMs(1, 3_600_000)).toBe(1_000);
  });
});

describe('a standstill', () => {
  it('is told once, after five seconds, and again when the loop has turned meanwhile', () => {
    const standstill = new Standstill(0);
    const verdicts = [4_999, 5_000, 5_500, 60_000, 0, 5_000].map((silentMs) => standstill.judge(silentMs));
    expect(verdicts).toEqual(['fine', 'blocked', 'fine', 'fine', 'fine', 'blocked']);
  });

  it('is told of a thread that takes the place of a blocked one', () => {
    const standstill = new Standstill(0);
    standstill.judge(5_000);
    standstill.begin(0);
    expect(standstill.judge(5_000)).toBe('blocked');
  });

  it('is a hang from the timeout on, whether it was told before or not', () => {
    const standstill = new Standstill(6_000);
    expect([5_000, 5_999, 6_000, 6_500].map((silentMs) => standstill.judge(silentMs))).toEqual(['blocked', 'fine', 'hung', 'hung']);
    expect(new Standstill(1).judge(1)).toBe('hung');
  });

  it('of a thread that is still loading is told, and is no hang: another thread would do the same', () => {
    const standstill = new Standstill(1_000);
    expect([4_999, 5_000, 5_500].map((silentMs) => standstill.judge(silentMs, false))).toEqual(['fine', 'blocked', 'fine']);
  });

  it('names a machine without CPU where there is one', () => {
    expect(causeOfStandstill(3, 2)).toBe('a task blocks it');
    expect(causeOfStandstill(9.13, 2)).toBe('a task blocks it, or the machine has no CPU left for it (load 9.1 on 2 cores)');
    expect(causeOfStandstill(4, 1)).toContain('(load 4.0 on 1 core)');
  });
});

describe('a debugger', () => {
  it('excuses while the inspector listens, also one that was opened later, and says so once', () => {
    const said: string[] = [];
    let url: string | undefined;
    const watch = new DebuggerWatch((level, text) => said.push(`${level}: ${text}`), () => url);
    expect(watch.excuses()).toBe(false);
    url = 'ws://127.0.0.1:9229/0f2c';
    expect([watch.excuses(), watch.excuses()]).toEqual([true, true]);
    url = undefined;
    expect(watch.excuses()).toBe(false);
    expect(said).toEqual(['warning: a load thread stands still while the inspector listens at 127.0.0.1:9229: it may be at a breakpoint, so no thread is called blocked or replaced']);
  });

  it('is asked for in the process itself', () => {
    expect(new DebuggerWatch(() => undefined).excuses()).toBe(false);
  });
});
