import { defaultOptions, parseDemoArgs } from '../../../locust/demo/options.ts';

function usageErrorOf(...args: string[]): string {
  const command = parseDemoArgs(args);
  if (command.kind !== 'usageError') throw new Error(`a usage error was expected, but ${JSON.stringify(command)} came`);
  return command.text;
}

test('without flags the run is the default one', () => {
  expect(parseDemoArgs([])).toEqual({ kind: 'run', options: defaultOptions });
});

test.each([
  [['--users', '10', '--spawn-rate', '5', '--run-time', '20s']],
  [['--users=10', '--spawn-rate=5', '--run-time=20s']],
  [['-u', '10', '-r', '5', '-t', '20']],
  [['-u', '10', '-r', '5', '-t', '19.2s']],
])('%j asks for 10 users at 5 a second for 20 s', (args) => {
  expect(parseDemoArgs(args)).toEqual({ kind: 'run', options: { users: 10, spawnPerSec: 5, runTimeSec: 20 } });
});

test('a spawn rate may be a fraction', () => {
  expect(parseDemoArgs(['-r', '0.5'])).toEqual({ kind: 'run', options: { ...defaultOptions, spawnPerSec: 0.5 } });
});

test.each([
  ['--user', '--users'],
  ['--spawnrate', '--spawn-rate'],
  ['--runtime', '--run-time'],
  ['--run-tiem', '--run-time'],
])('a typo (%s) names the nearest flag (%s)', (typo, meant) => {
  expect(usageErrorOf(typo, '1')).toContain(`unknown flag ${typo}; did you mean ${meant}?`);
});

test('a flag that is like none is refused without a guess', () => {
  expect(usageErrorOf('--zzzzzzzz')).toMatch(/^unknown flag --zzzzzzzz\n/);
});

test.each([
  [['--users', '0']],
  [['--users', '1.5']],
  [['--users', '-5']],
  [['--users', '0x10']],
  [['--users', '']],
  [['--users', '100001']],
  [['--spawn-rate', '0']],
  [['--spawn-rate', 'fast']],
  [['--run-time', '0']],
  [['--run-time', '1 minute']],
  [['--run-time', '']],
])('%j is refused with what was expected and what came', (args) => {
  expect(usageErrorOf(...args)).toMatch(new RegExp(`^${args[0]} must be .*, but "${args[1]}" came\n`));
});

test('a flag without its value is refused', () => {
  expect(usageErrorOf('--users')).toContain('--users needs a value');
});

test('a value for a flag that takes none is refused', () => {
  expect(usageErrorOf('--help=yes')).toContain('--help takes no value');
});

test('a bare word, what is left when the two dashes were forgotten, tells how to hand on flags', () => {
  expect(usageErrorOf('10')).toContain('npm start -- --users 10');
});

test('--help tells every flag and its default', () => {
  const command = parseDemoArgs(['--help']);
  expect(command).toMatchObject({ kind: 'help', text: expect.stringMatching(/--users N .*\(50\)[^]*--spawn-rate N .*\(1\)[^]*--run-time TIME.*\(70s\)/) as string });
});
