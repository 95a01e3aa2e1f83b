/** `boomer-node completion`: what bash makes of it, and what the other shells are given. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { completionScript } from '../../src/cli/completionCommand.ts';
import { optionKeys, optionTable } from '../../src/options/optionTable.ts';
import { findProgram, testWithServer } from '../support/servers/serverTest.ts';
import { boomer, folderWith, tidy } from './command.ts';

const run = promisify(execFile);
afterAll(tidy);

describe('in bash', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await folderWith({ 'shop.ts': '', 'shop.csv': '', 'shoes/a.js': '' });
    const { code, stdout } = await boomer(['completion', 'bash']);
    expect(code).toBe(0);
    await writeFile(join(folder, 'completion.bash'), stdout);
  });

  it.each<readonly [readonly string[], readonly string[]]>([
    [['re'], ['record', 'replay']],
    [['run', '--wa'], ['--warmup', '--watch']],
    [['worker', '--wa'], []],
    [['worker', '--on-master-loss', ''], ['quit', 'stop', 'wait']],
    [['run', '-u', '10', '-L', 'w'], ['warning']],
    [['run', 'sh'], ['shoes', 'shop.ts']],
    [['run', '--csv', 'shop'], ['shop.csv', 'shop.ts']],
    [['run', '-u', ''], []],
    [['debug', '--ta'], ['--tag', '--tags', '--task']],
    [['locustfile', '--ch'], ['--check']],
    [['locustfile', '--env', ''], []],
    [['swarm', '--auto'], ['--autostart']],
    [['compare', '--bas'], ['--base']],
    [['--ver'], ['--version']],
    [['locustfile', '--outp'], ['--output']],
    [['locustfile', '-o', 'shop.c'], ['shop.csv']],
    [['replay', '--loop', '--warm'], ['--warmup']],
    [['compare', 'sh'], ['shoes', 'shop.csv', 'shop.ts']],
    [['init', 'sh'], ['shoes']],
    [['completion', ''], ['bash', 'fish', 'zsh']],
    [['record', ''], []],
  ])('%p is completed to %p', async (words, completed) => {
    const script = 'source ./completion.bash; COMP_WORDS=(boomer-node "$@"); COMP_CWORD=$#; _boomer_node; printf "%s\\n" "${COMPREPLY[@]}"';
    const { stdout } = await run('bash', ['-c', script, 'bash', ...words], { cwd: folder });
    expect(stdout.split('\n').filter((word) => word !== '').sort()).toEqual(completed);
  });
});

/** What is typed, and what stands there when Tab was pressed. */
const typed: readonly (readonly [string, string])[] = [
  ['rep', 'replay'],
  ['run --warm', 'run --warmup'],
  ['worker --warm', 'worker --warm'],
  ['worker --on-master-loss q', 'worker --on-master-loss quit'],
  ['run --csv shop.c', 'run --csv shop.csv'],
  ['run -u sh', 'run -u sh'],
  ['replay --loop --warm', 'replay --loop --warmup'],
  ['compare shop.c', 'compare shop.csv'],
  ['init sh', 'init shoes/'],
  ['completion z', 'completion zsh'],
  ['record sh', 'record sh'],
];
const zsh = findProgram('zsh');
const fish = findProgram('fish');

/** A folder with files to find, and the script of a shell, as `completion`. */
async function shellFolder(shell: 'zsh' | 'fish'): Promise<string> {
  return await folderWith({ 'shop.ts': '', 'shop.csv': '', 'shoes/a.js': '', completion: completionScript([shell], undefined) });
}

// Typed at a prompt in a terminal of zsh's own; `^X` tells what stands in the line then, and empties it.
const zshrc = `autoload -U compinit
compinit -u -D
source ./completion
tell() { print -r -- "$BUFFER" > answers; BUFFER= }
zle -N tell
bindkey '^X' tell
`;
const typeAll = `zmodload zsh/zpty
mkfifo answers
exec 3<>answers
zpty shell zsh --no-globalrcs -i
for words; do
  zpty -w -n shell "boomer-node $words"$'\\t\\x18'
  IFS= read -r -u 3 line
  print -r -- "$line"
  while zpty -r -t shell screen; do :; done
done
zpty -d shell
`;

testWithServer('zsh', zsh, 'zsh')('in zsh Tab completes commands, flags, their values, files and folders', async () => {
  const cwd = await shellFolder('zsh');
  await writeFile(join(cwd, '.zshrc'), zshrc);
  const words = [...typed, ['run shop', 'run shop.ts'] as const];
  const { stdout } = await run(zsh ?? '', ['-f', '-c', typeAll, 'zsh', ...words.map(([before]) => before)], { cwd, env: { ...process.env, ZDOTDIR: cwd, TERM: 'dumb' }, timeout: 120_000 });
  expect(stdout.trimEnd().split('\n').map((line) => line.trimEnd())).toEqual(words.map(([, after]) => `boomer-node ${after}`));
});

testWithServer('fish', fish, 'fish')('fish proposes commands, flags, their values, files and folders', async () => {
  const cwd = await shellFolder('fish');
  const script = 'source completion; for words in $argv; echo "> $words"; complete --do-complete "boomer-node $words"; end';
  const { stdout } = await run(fish ?? '', ['--no-config', '-c', script, ...typed.map(([before]) => before)], { cwd, env: { ...process.env, HOME: cwd } });
  const proposed = stdout.split(/^> /mu).slice(1).map((text) => text.trimEnd().split('\n'));
  expect(proposed.map(([before, ...lines]) => [before, ...lines.map((line) => line.split('\t')[0])])).toEqual(typed.map(([before, after]) => (before === after ? [before] : [before, after.split(' ').at(-1)])));
});

it.each(['zsh', 'fish'])('%s is given every flag of run, with what is said of it', (shell) => {
  const script = completionScript([shell], undefined);
  for (const { name, describe: text, hasNoFlag, only } of optionKeys.map((key) => optionTable[key])) {
    if (hasNoFlag !== undefined || only === 'worker') continue;
    expect(script).toContain(shell === 'zsh' ? `'--${name}:${text.replaceAll("'", "'\\''")}'` : `-l ${name}`);
  }
});

it('is for the shell that one has, and refuses others', () => {
  expect(completionScript([], '/usr/bin/fish')).toBe(completionScript(['fish'], '/bin/bash'));
  expect(() => completionScript(['tcsh'], '/bin/bash')).toThrow('completion expects bash, zsh or fish, got tcsh');
  expect(() => completionScript([], undefined)).toThrow('got nothing, and SHELL says nothing either');
});
