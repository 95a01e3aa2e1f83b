/** `boomer-node completion`: what bash makes of it, and what the other shells are given. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { completionScript } from '../../src/cli/completionCommand.ts';
import { optionKeys, optionTable } from '../../src/options/optionTable.ts';
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
  ])('%p is completed to %p', async (words, completed) => {
    const script = 'source ./completion.bash; COMP_WORDS=(boomer-node "$@"); COMP_CWORD=$#; _boomer_node; printf "%s\\n" "${COMPREPLY[@]}"';
    const { stdout } = await run('bash', ['-c', script, 'bash', ...words], { cwd: folder });
    expect(stdout.split('\n').filter((word) => word !== '').sort()).toEqual(completed);
  });
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
