import { readCommandLine } from '../../../src/cli/commandLine.ts';
import { refuseLoadFlags, replayAnswers, replayScenario, replayScenarioText, splitReplayFlags } from '../../../src/cli/replay/replayCommand.ts';
import { mergeLayers } from '../../../src/options/settings.ts';

describe('flags of a replay', () => {
  it('are split from those of a run, whatever their order', () => {
    expect(splitReplayFlags(['replay', 'a.gor', '--speed', '2x', '--host', 'http://h', '--only=GET', '--loop', '--only', '/api/*', '-t', '5m', '--header', 'X-Token: a: b', '--save', 'kept.mjs'])).toEqual({
      asked: { speed: 2, loop: true, only: ['GET', '/api/*'], session: 'visitor', headers: [['x-token', 'a: b']], savedScenario: 'kept.mjs' },
      others: ['replay', 'a.gor', '--host', 'http://h', '-t', '5m'],
    });
  });

  it.each<readonly [readonly string[], string]>([
    [['--speed', 'fast'], '--speed expects a number above 0, such as 2x, 0.5x or 200%, got "fast"'],
    [['--speed', '1', '--speed', '2'], '--speed was given 2 times'],
    [['--speed'], '--speed expects a value'],
    [['--only', 'api'], '--only expects a method, a path or both, such as \'GET /api/*\', got "api"'],
    [['--session', 'ip'], '--session expects visitor, cookie, address, none, got "ip"'],
    [['--header', 'secret'], '--header expects "Name: value", got "secret"'],
    [['--header', 'no name: secret'], 'got "no name: …"'],
    [['--save', 'kept.py'], '--save expects a file that ends in .ts, .mts, .js or .mjs, got "kept.py"'],
    [['--sped', '2'], 'unknown flag --sped: did you mean --speed?'],
  ])('%j are refused', (args, message) => {
    expect(() => splitReplayFlags(args)).toThrow(message);
  });

  it.each(['-u 5', '-r 2', '--rate 5', '--stage 1m:5', '--max-rps 5', '-i 5', '--tags a', '--run-tasks a'])('of a run that say how much load there is contradict it: %s', (text) => {
    const { flags } = readCommandLine(['replay', 'a.gor', ...text.split(' ')]);
    expect(() => refuseLoadFlags(flags)).toThrow(/^--[\w-]+ contradicts replay: the capture says/u);
    expect(replayAnswers(mergeLayers([flags])).size).toBe(0);
  });

  it('of a run that say anything else do not', () => {
    expect(() => refuseLoadFlags(readCommandLine(['replay', 'a.gor', '-t', '5m', '--threshold', 'p(95)<200', '--threads', '2']).flags)).not.toThrow();
  });
});

describe('the scenario that stands for a capture', () => {
  const asked = splitReplayFlags([]).asked;

  it.each<readonly [readonly string[], string | null, string]>([
    [[], 'http://h', 'replay expects one capture, and none was named'],
    [['a.gor', 'b.gor'], 'http://h', 'replay expects one capture, got 2'],
    [['a.gor'], null, 'replay expects --host URL'],
    [['no-such.gor'], 'http://h', 'there is no such file'],
  ])('of %j for %j is none', async (words, host, message) => {
    await expect(replayScenario(words, asked, { host }, '/nowhere')).rejects.toThrow(message);
  });

  it('is what a person would write', () => {
    expect(replayScenarioText('./traffic.gor', 'traffic.gor', asked, 'http://h', false)).toBe(`import { ReplayUser, replay } from 'boomer-node';

/** The visitors of traffic.gor. */
export class Visitor extends ReplayUser {
  static host = 'http://h';
  // Nobody looks at the answers.
  static http = { discardBody: true };
  static replay = replay(new URL('./traffic.gor', import.meta.url));
}
`);
  });

  it('says in TypeScript all that was asked for', () => {
    const all = splitReplayFlags(['--speed', '50%', '--loop', '--only', "GET /it's", '--session', 'none', '--header', "X-A: it's"]).asked;
    const text = replayScenarioText('file:///tmp/a%20b.gor', 'a */ b.gor', all, 'http://h', true);
    expect(text).toContain("{ speed: 0.5, loop: true, only: ['GET /it\\'s'], session: 'none', rewrite }");
    expect(text).toContain("request.headers['x-a'] = 'it\\'s';");
  });
});
