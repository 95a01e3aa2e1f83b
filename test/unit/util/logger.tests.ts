import { asLogLevel, createLogger, logLevels } from '../../../src/util/logger.ts';

const at = new Date(2026, 10, 2, 7, 8, 9, 45);

describe('createLogger', () => {
  it("writes lines in Locust's layout, local time, to every sink", () => {
    const first: string[] = [];
    const second: string[] = [];
    const log = createLogger('info', 'host', [(line) => first.push(line), (line) => second.push(line)], () => at);
    log('warning', 'text');
    expect(first).toEqual(['[2026-11-02 07:08:09,045] host/WARNING/boomer: text']);
    expect(second).toEqual(first);
  });

  it('gives a terminal the time, and the level of what is wrong', () => {
    const shorts: string[] = [];
    const log = createLogger('debug', 'host', [(_, short) => shorts.push(short)], () => at);
    for (const level of logLevels) log(level, 'a\nb');
    expect(shorts).toEqual(['debug: ', '', 'warning: ', 'error: ', 'critical: '].map((level) => `[07:08:09] ${level}a\n  b`));
  });

  it.each(logLevels)('at level %s drops exactly what is below', (least) => {
    const seen: string[] = [];
    const log = createLogger(least, 'h', [(line) => seen.push(line)], () => at);
    for (const level of logLevels) log(level, `said at ${level}`);
    expect(seen.map((line) => line.split(' said at ')[0] !== '' && line.slice(line.lastIndexOf(' ') + 1))).toEqual(logLevels.slice(logLevels.indexOf(least)));
  });

  it('keeps a text of several lines in one line of the log', () => {
    const seen: string[] = [];
    createLogger('debug', 'h', [(line) => seen.push(line)], () => at)('error', 'a\nb');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(/: a\n  b$/u);
  });

  it('shows what would move the cursor, forge an entry or order a CI about, and lets colours pass', () => {
    const seen: string[] = [];
    const text = 'a\u001b[2J\rb \u001b[31mred\u001b[0m\n[2026-11-02 07:08:09,045] h/INFO/boomer: all is well\n::stop-commands::x\n  ::add-mask::y\nz ##[group]';
    createLogger('debug', 'h', [(line) => seen.push(line)], () => at)('error', text);
    expect(seen[0]).toBe('[2026-11-02 07:08:09,045] h/ERROR/boomer: a\\x1b[2J\\rb \u001b[31mred\u001b[0m\n  [2026-11-02 07:08:09,045] h/INFO/boomer: all is well\n  \\x3a:stop-commands::x\n    \\x3a:add-mask::y\n  z \\x23#[group]');
  });
});

describe('asLogLevel', () => {
  it.each([
    ['INFO', 'info'],
    ['Warning', 'warning'],
    ['WARN', 'warning'],
    ['critical', 'critical'],
  ])('takes %s as %s', (text, level) => {
    expect(asLogLevel(text)).toBe(level);
  });

  it.each(['', 'verbose', 'info '])('takes %j for none', (text) => {
    expect(asLogLevel(text)).toBeNull();
  });
});
