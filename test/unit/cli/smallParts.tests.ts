import { readFileSync } from 'node:fs';
import { helpOf, ownHelp, shownConfig } from '../../../src/cli/help.ts';
import { importRequest } from '../../../src/cli/importCommand.ts';
import { setVariables } from '../../../src/options/environmentLayer.ts';
import { optionKeys, optionTable } from '../../../src/options/optionTable.ts';
import { exitCode, mostSpecific } from '../../../src/session/verdict.ts';
import { said, saidWithFiles } from '../said.ts';

describe('mostSpecific', () => {
  it.each([
    [[], 0],
    [[0, 1], 1],
    [[1, 99, 0], 99],
    [[1, 3], 3],
    [[3, 42], 3],
    [[3, 99], 99],
    [[99, 130], 130],
    [[143, 107], 107],
    [[107, 2], 2],
  ])('of %j is %d', (codes, code) => {
    expect(mostSpecific(...codes)).toBe(code);
  });

  it('knows every code that scripts rely on', () => {
    expect(Object.values(exitCode).sort((a, b) => a - b)).toEqual([0, 1, 2, 99, 107, 129, 130, 143, 255]);
  });
});

describe('help', () => {
  it.each(['run', 'worker', null] as const)('of %s names every flag that it heeds, with its variables and default, and no other', (command) => {
    const entries = helpOf(command, 100).split(/\n(?= {2}-)/u).slice(1);
    for (const key of optionKeys) {
      const { name, only, aliases = [], variables = [], hasNoFlag, default: standard } = optionTable[key];
      const isShown = hasNoFlag === undefined && (command === null || (only ?? command) === command);
      const entry = entries.find((text) => text.trimStart().split(/ {2}|\n/u)[0]?.split(/[\s,=[]+/u).includes(`--${name}`)) ?? '';
      expect([name, entry !== '']).toEqual([name, isShown]);
      if (!isShown) continue;
      for (const part of [...aliases.map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`)), ...variables, ...(standard === undefined ? [] : [`[default: ${standard}]`])]) expect(entry).toContain(part);
    }
  });

  it('keeps to the width where words allow it', () => {
    expect(Math.max(...helpOf('run', 80).split('\n').filter((line) => line.startsWith(' '.repeat(34))).map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("shows a command's own table", () => {
    expect(ownHelp('compare', { 'min-change': { alias: 'm', type: 'string', describe: 'At least so much' }, plain: {} }, 80)).toContain('  -m, --min-change VALUE          At least so much\n  --plain');
  });
});

describe('--show-config', () => {
  const args = ['--show-config', '-u', '5', '--host', 'http://ada:secret@h/', '-e', 'TOKEN=secret', '-t', '1m'];

  it('shows each value and where it comes from, without secrets', async () => {
    const { answers } = await saidWithFiles(args, { LOCUST_SPAWN_RATE: '2' }, { 'boomer.config.ts': { default: { stopTimeout: 7, masterHost: 'm', thresholds: { '*': ['p(95)<1'] } } }, 'locust.conf': 'reset-stats = true\ntags = [a, b]' });
    const lines = shownConfig('run', answers, ['a.ts']).split('\n').map((line) => line.split(/ {2,}/u));
    for (const line of [
      ['users', '5', '--users'],
      ['spawn-rate', '2', 'LOCUST_SPAWN_RATE'],
      ['stop-timeout', '7', 'stopTimeout in boomer.config.ts'],
      ['reset-stats', 'true', 'reset-stats in locust.conf'],
      ['tags', 'a b', 'tags in locust.conf'],
      ['hang-timeout', '30s', 'default'],
      ['rate', 'users go on by themselves', 'default'],
      ['file', 'a.ts', 'command line'],
      ['host', 'http://[redacted]@h/', '--host'],
      ['env', 'TOKEN=[redacted]', '--env'],
      ['thresholds', '{"*":["p(95)<1"]}', 'thresholds in boomer.config.ts'],
    ]) expect(lines).toContainEqual(line);
    expect(lines.map(([name]) => name)).not.toContain('master-host');
  });

  it('is JSON with --json', () => {
    const shown = JSON.parse(shownConfig('worker', said([...args, '--json', '-f', 'b.ts']), ['a.ts'])) as Record<string, unknown>;
    expect(shown).toMatchObject({
      host: { value: 'http://[redacted]@h/', from: '--host' },
      file: { value: ['a.ts', 'b.ts'], from: '--file' },
      'master-port': { value: 5557, from: 'default' },
      env: { value: ['TOKEN=[redacted]'], from: '--env' },
      tags: { value: null, from: 'default' },
    });
    expect(shown).not.toHaveProperty('users');
  });
});

describe('variables for the scenario', () => {
  const readText = (path: string): string | null => (path === '.env' ? 'A=file\nB="the file"\nC=file\n' : null);

  it('come from -e, then the real environment, then the file; and the same again changes nothing', () => {
    const env: Record<string, string | undefined> = { B: 'real', C: 'real' };
    for (let round = 0; round < 2; round += 1) setVariables(said(['--env-file', '.env', '-e', 'C=flag', '-e', 'D=x=y']), env, readText);
    expect(env).toEqual({ A: 'file', B: 'real', C: 'flag', D: 'x=y' });
  });

  it('need a file that is there', () => {
    expect(() => setVariables(said(['--env-file', 'no.env']), {}, readText)).toThrow('--env-file expects a file that can be read, got "no.env"');
  });
});

it('an author of boomer.config.ts may write every key that is read, and no other', () => {
  const keys = ['load', 'scenario', 'report', 'program'].flatMap((theme) => {
    const source = readFileSync(new URL(`../../../src/options/${theme}Options.ts`, import.meta.url), 'utf8');
    const type = /^export type \w+Config = \{\n(.*?)^\};$/msu.exec(source)?.[1] ?? '';
    return [...type.matchAll(/^ {2}readonly (\w+)\?:/gmu)].map(([, key]) => key);
  });
  const read = optionKeys.flatMap((option) => optionTable[option].key ?? []);
  expect([...keys].sort()).toEqual([...read].sort());
});

it('writes an imported scenario in the place of no capture that it reads', () => {
  expect(() => importRequest({ output: './shop.har' }, ['a.har', 'shop.har'])).toThrow('--output names shop.har, whose place it would take: expected a file of its own');
  expect(importRequest({ output: 'shop.ts' }, ['shop.har']).outputFile).toBe('shop.ts');
  expect(importRequest({ output: '/dev/stdout' }, ['/dev/stdout']).outputFile).toBe('/dev/stdout');
});
