import { type ConsoleOptions, createConsole } from '../../../../src/outputs/console/console.ts';
import type { RunMoment } from '../../../../src/report/runView.ts';
import { manyRows, onTerminal } from './onTerminal.ts';
import { moment, row, start, statsOf } from './sampleRun.ts';

function offTerminal(changes: Partial<ConsoleOptions> = {}) {
  const written: string[] = [];
  let nowMs = 0;
  const console = createConsole({
    stream: { isTerminal: false, columns: () => 120, rows: () => 24, write: (text) => void written.push(text) },
    isQuiet: false,
    isOnlySummary: false,
    hasProgress: true,
    colours: false,
    nowMs: () => nowMs,
    acceptsKeys: false,
    ...changes,
  });
  const showAt = (elapsedMs: number, part: Partial<RunMoment> = {}): void => {
    nowMs = 5000 + elapsedMs;
    void console.output.onEvent?.(moment({ elapsedMs, ...part }));
  };
  return { written, console, showAt };
}

describe('on a terminal', () => {
  it.each([40, 80, 120])('shows the header, where the run stands, and the table in %d columns', (columns) => {
    const { screen, console, show } = onTerminal(columns, 20);
    void console.output.onStart?.(start);
    show();
    expect(screen.text.join('\n')).toMatchSnapshot();
  });

  it('redraws in place below the log, and leaves nothing behind at the end', () => {
    const { screen, console, show } = onTerminal(100, 30);
    void console.output.onStart?.({ ...start, runTimeMs: 30_000 });
    const header = screen.text.length + 1;
    show({ stats: manyRows(3), phase: 'spawning', progress: null });
    console.log('first');
    show({ stats: manyRows(8) });
    console.log('second\nof two lines');
    show({ stats: manyRows(1) });
    show({ stats: statsOf([]), phase: 'warming up', isCounting: false });
    expect(screen.text.slice(header)).toEqual([
      'first',
      'second',
      'of two lines',
      'warming up (0m15.0s), 10/10 users, not counted yet',
      '[==========>-----------------------------]  25 %  0m15.0s/0m30.0s',
      'w +1  W +10  s -1  S -10 users · q end',
    ]);
    console.end();
    console.end();
    show();
    console.log('\u001b[2Jlast');
    expect(screen.text.slice(header)).toEqual(['first', 'second', 'of two lines', '\\x1b[2Jlast']);
  });

  it('shows each frame whole, whatever came before it', () => {
    const { screen, show } = onTerminal(100, 30);
    const fresh = (part: Partial<RunMoment>): string[] => {
      const other = onTerminal(100, 30);
      other.show(part);
      return other.screen.text;
    };
    const frames: Partial<RunMoment>[] = [2, 9, 9, 40, 3, 3, 0, 5].map((count, index) => ({ stats: manyRows(count), elapsedMs: 0, progress: index % 3 === 0 ? null : 0.5, userCount: index }));
    for (const frame of frames) {
      show(frame);
      expect(screen.text).toEqual(fresh(frame));
    }
  });

  it('shows the busiest of 5 000 names in their order, and asks for the percentiles of those only', () => {
    const { screen, show } = onTerminal(120, 20);
    const stats = manyRows(5000);
    show({ stats });
    expect(screen.text).toHaveLength(19);
    const shown = screen.text.filter((line) => line.startsWith('GET')).map((line) => line.slice(9, 19));
    expect(shown).toEqual(Array.from({ length: 9 }, (_, index) => `/item/400${index}`));
    expect(screen.text).toContain('… and 4 991 more');
    expect(stats.asked()).toBeLessThan(20);
  });

  it('leaves no rubbish when the window changes its size', () => {
    const { screen, console, show } = onTerminal(150, 30);
    console.log('log');
    show({ stats: manyRows(6) });
    screen.resize(90, 30);
    show({ stats: manyRows(6) });
    screen.resize(60, 30);
    console.log('more log');
    show({ stats: manyRows(6) });
    screen.resize(200, 30);
    show({ stats: manyRows(6) });
    expect(screen.text.filter((line) => line.includes('running'))).toHaveLength(1);
    console.end();
    expect(screen.text).toEqual(['log', 'more log']);
  });

  it('makes names with controls harmless and cuts them by their width', () => {
    const { screen, show } = onTerminal(104, 20);
    show({ stats: statsOf([row('GET', 'a\nb\u001b[2J\u202e', [1]), row('\u0007', '日本語のとても長い名前', [1])]) });
    expect(screen.text.filter((line) => line.includes('(0.00%)')).map((line) => line.slice(0, 30).trimEnd())).toEqual([
      'GET      a\\nb\\x1b[2J\\u202e',
      '\\x07     日本語のとても長い…       1',
      '         Aggregated',
    ]);
  });
});

describe('elsewhere', () => {
  it('says what runs, and a line at each change of phase and every ten seconds, without controls', () => {
    const { written, console, showAt } = offTerminal();
    void console.output.onStart?.({ ...start, warmUpMs: 1000, labels: { build: '7' } });
    for (const sec of [1, 2]) showAt(sec * 1000, { phase: 'warming up', isCounting: false, userCount: 5, stats: statsOf([]) });
    for (let sec = 3; sec <= 24; sec++) showAt(sec * 1000, { stats: statsOf([row('GET', '/', Array<number>(sec * 100).fill(41), { numFailures: sec })]) });
    showAt(25_000, { phase: 'stopping', arrivals: { perSec: 10, started: 9, dropped: 1, latestMs: 12.5, lateP99Ms: 4 } });
    console.log('a line');
    console.end();
    expect(written.join('')).toMatchSnapshot();
  });

  it('says that nothing is counted yet also while users are on their way, and when the run ends before', () => {
    const { written, showAt } = offTerminal();
    const stats = statsOf([]);
    showAt(1_000, { phase: 'spawning', isCounting: false, userCount: 1, stats });
    showAt(2_000, { phase: 'warming up', isCounting: false, stats });
    showAt(3_000, { phase: 'warming up', isCounting: false, stats });
    showAt(4_000, { phase: 'stopping', isCounting: false, stats });
    expect(written.join('').trimEnd().split('\n')).toEqual([
      'spawning (0m01.0s), 1/10 users, not counted yet',
      'warming up (0m02.0s), 10/10 users, not counted yet',
      'stopping (0m04.0s), 10/10 users, nothing counted',
    ]);
  });

  it('says when counting begins, though the phase stays', () => {
    const { written, showAt } = offTerminal();
    showAt(1_000, { phase: 'spawning', isCounting: false, userCount: 1, stats: statsOf([]) });
    showAt(2_000, { phase: 'spawning', userCount: 2, stats: statsOf([row('GET', '/', [41])]) });
    expect(written.join('').match(/^spawning.*(?:yet|1 request)/gmu)).toHaveLength(2);
  });

  it('is plain on a terminal too when no progress is wanted', () => {
    const { screen, show } = onTerminal(100, 24, { hasProgress: false });
    show();
    show({ phase: 'stopping' });
    expect(screen.text.map((line) => line.slice(0, 18))).toEqual(['running (0m15.0s),', 'stopping (0m15.0s)']);
  });

  it('ends no run when nobody reads any more', () => {
    let writes = 0;
    const write = (): never => {
      writes++;
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    };
    const { console, showAt } = offTerminal({ stream: { isTerminal: false, columns: () => 80, rows: () => 24, write } });
    void console.output.onStart?.(start);
    showAt(1000);
    console.log('more');
    expect(writes).toBe(1);
  });

  it('lets other errors of the stream through', () => {
    const write = (): never => {
      throw new Error('broken');
    };
    const { console } = offTerminal({ stream: { isTerminal: false, columns: () => 80, rows: () => 24, write } });
    expect(() => console.log('line')).toThrow('broken');
  });
});

it.each([
  ['--quiet', { isQuiet: true }, ['log']],
  ['--only-summary', { isOnlySummary: true }, ['boomer-node 1.2.3', 'log']],
])('shows with %s no progress', (_flag, changes, lines) => {
  const { screen, console, show } = onTerminal(80, 24, changes);
  void console.output.onStart?.(start);
  show();
  console.log('log');
  console.end();
  expect(screen.text.filter((line) => line !== '' && !line.includes(': '))).toEqual(lines);
});
