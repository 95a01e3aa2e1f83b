/** The files of docs/in-tests.md, each run as its first line says. */
import { readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, folderWith, root, tidy } from '../cli/command.ts';

afterAll(tidy);

const files = new Map(
  [...readFileSync(join(root, 'docs/in-tests.md'), 'utf8').matchAll(/^```js\n(\/\/ (\S+): ([^\n]*)\n.*?)^```$/gmsu)].map(([, text = '', name = '', command = '']) => [name, { text, command }]),
);

it('has a file for each runner', () => {
  expect([...files.keys()]).toEqual(['program.mjs', 'cart.test.mjs', 'cart.spec.mjs', 'cart.jest.mjs']);
});

it.each([
  ['program.mjs', 'node program.mjs', ['program.mjs'], {}],
  ['cart.test.mjs', 'node --test cart.test.mjs', ['--test', 'cart.test.mjs'], {}],
  ['cart.spec.mjs', 'npx vitest run cart.spec.mjs', ['node_modules/vitest/vitest.mjs', 'run', 'cart.spec.mjs'], {}],
  ['cart.jest.mjs', "NODE_OPTIONS=--experimental-vm-modules npx jest --testMatch '**/*.jest.mjs'", ['node_modules/jest/bin/jest.js', '--testMatch', '**/*.jest.mjs'], { NODE_OPTIONS: '--experimental-vm-modules' }],
] as const)('%s', async (name, command, [script, ...args], env) => {
  const file = files.get(name);
  expect(file?.command).toBe(command);
  const folder = await folderWith({ [name]: file?.text ?? '', 'package.json': '{ "type": "module" }' });
  for (const runner of ['vitest', 'jest']) await symlink(join(root, 'node_modules', runner), join(folder, 'node_modules', runner));
  const { code, stdout, stderr } = await new Command(script, args, { cwd: folder, env }).ended;
  expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
});
