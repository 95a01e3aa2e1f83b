/** All the ways to write a scenario, each driven by a master: what it recorded must arrive there. */
import { FakeMaster, fieldsOf } from '../support/fakeMaster.ts';
import { Command, folderWith, program, tidy, type CommandOptions } from './command.ts';

afterAll(tidy);

type Run = { readonly rows: () => string[]; readonly master: FakeMaster; readonly command: Command };

/** Joins a master with `node SCRIPT ARGS…`, runs two users of `className`, hands over, ends with `quit`; `row` must have come by then. */
async function driven(script: string, args: readonly string[], className: string, options: CommandOptions, use: (run: Run) => Promise<void>, row: string | null = null): Promise<Command> {
  let worker: Command | null = null;
  await FakeMaster.with({}, async (master) => {
    const command = (worker = new Command(script, [...args, '--master-host', '127.0.0.1', '--master-port', String(master.port), '--threads', '1'], options));
    await Promise.race([master.registered(), command.ended.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)))]);
    master.spawn({ [className]: 2 });
    const rows = (): string[] => master.of('stats').flatMap((frame) => (fieldsOf(frame)['stats'] as { name: string }[]).map(({ name }) => name));
    await use({ rows, master, command });
    master.send('quit');
    expect((await command.ended).code).toBe(0);
    if (row !== null) await records(row, { rows, master, command });
  });
  if (worker === null) throw new Error('no worker was started');
  return worker;
}

/** The row comes with the next report, at the latest with the last one. */
async function records(name: string, { rows, master }: Run): Promise<void> {
  await master.waitFor(`row ${name}`, () => rows().includes(name));
  expect(master.of('exception')).toEqual([]);
}

/** Two users have begun their first task. */
async function begins({ master }: Run): Promise<void> {
  await master.waitFor('spawning_complete', () => master.of('spawning_complete')[0]);
}

const recording = (name: string): string => `this.record({ type: 't', name: ${name}, elapsedMs: 1 }); return this.sleep(0.05);`;
const shopper = (name: string): string => `export class Shopper extends User {\n  @task\n  buy() { ${recording(name)} }\n}\n`;
const importing = "import { User, task } from 'boomer-node';\n";

const kinds: readonly (readonly [what: string, entry: string, row: string, files: Readonly<Record<string, string>>])[] = [
  ['TypeScript', 'a.ts', 'plain', { 'a.ts': `${importing}const name: string = 'plain';\n${shopper('name')}` }],
  ['.mts, with top-level await', 'a.mts', 'awaited', { 'a.mts': `${importing}const name: string = await Promise.resolve('awaited');\n${shopper('name')}` }],
  ['JavaScript without decorators', 'a.mjs', 'listed', { 'a.mjs': `import { User } from 'boomer-node';\nexport class Shopper extends User {\n  static tasks = { buy: 1 };\n  buy() { ${recording("'listed'")} }\n}\n` }],
  [
    'CommonJS',
    'a.js',
    'required',
    {
      'package.json': '{}',
      'a.js': `const { User } = require('boomer-node');\nconst { name } = require('./name');\nclass Shopper extends User {\n  buy() { ${recording('name')} }\n}\nShopper.tasks = { buy: 1 };\nmodule.exports = { Shopper };\n`,
      'name.js': "exports.name = 'required';\n",
    },
  ],
  ['a default export', 'a.ts', 'default', { 'a.ts': `${importing}${shopper("'default'").replace('export', 'export default')}` }],
  ['a local module without extension', 'a.ts', 'local', { 'a.ts': `${importing}import { name } from './lib/name';\n${shopper('name')}`, 'lib/name.ts': "export const name = 'local' as const;\n" }],
  ['JSON', 'a.ts', 'from JSON', { 'a.ts': `${importing}import data from './data.json';\n${shopper('data.name')}`, 'data.json': '{ "name": "from JSON" }' }],
  [
    'paths of a tsconfig',
    'a.ts',
    'by path',
    {
      'a.ts': `${importing}import { name } from '@lib/name';\n${shopper('name')}`,
      'src/lib/name.ts': "export const name = 'by path';\n",
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./src/lib/*"] } } }',
    },
  ],
  [
    'experimentalDecorators',
    'a.ts',
    'legacy',
    { 'a.ts': `${importing}${shopper("'legacy'")}`, 'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true, "useDefineForClassFields": false } }' },
  ],
  [
    "a package of the scenario's own, in CommonJS, with a file beside it",
    'a.ts',
    'packed',
    {
      'a.ts': `${importing}import { name } from 'shop-names';\n${shopper('name')}`,
      'node_modules/shop-names/package.json': '{ "name": "shop-names", "main": "index.js" }',
      'node_modules/shop-names/index.js': "exports.name = require('fs').readFileSync(__dirname + '/name.txt', 'utf8');\n",
      'node_modules/shop-names/name.txt': 'packed',
    },
  ],
  [
    "an ES package of the scenario's own, with exports",
    'a.ts',
    'exported',
    {
      'a.ts': `${importing}import { name } from 'shop-names/deep';\n${shopper('name')}`,
      'node_modules/shop-names/package.json': '{ "name": "shop-names", "type": "module", "exports": { "./deep": "./lib/deep.js" } }',
      'node_modules/shop-names/lib/deep.js': "export const name = 'exported';\n",
    },
  ],
  [
    'data beside the file, by import.meta.url',
    'in/a.ts',
    'beside',
    { 'in/a.ts': `import { readFileSync } from 'node:fs';\n${importing}const name = readFileSync(new URL('name.txt', import.meta.url), 'utf8');\n${shopper('name')}`, 'in/name.txt': 'beside' },
  ],
  [
    'data beside a module, by __dirname',
    'a.ts',
    'beside the module',
    {
      'a.ts': `${importing}import { name } from './in/name.ts';\n${shopper('name')}`,
      'in/name.ts': "import { readFileSync } from 'node:fs';\nexport const name = readFileSync(`${import.meta.dirname}/name.txt`, 'utf8');\n",
      'in/name.txt': 'beside the module',
    },
  ],
  ['a dynamic import', 'a.ts', 'later', { 'a.ts': `${importing}const { name } = await import('./name.ts');\n${shopper('name')}`, 'name.ts': "export const name = 'later';\n" }],
  ['a first line for the shell, and CRLF', 'a.ts', 'shell', { 'a.ts': `#!/usr/bin/env node\r\n${importing}const here = import.meta.filename;\r\n${shopper("here.endsWith('a.ts') ? 'shell' : here")}` }],
];

it.concurrent.each(kinds)('%s', async (_, entry, row, files) => {
  const cwd = await folderWith(files);
  const { stderr } = await driven(program, ['worker', entry], 'Shopper', { cwd }, begins, row);
  expect(stderr).not.toMatch(/Warning/u);
});

it('several files at once, which share a module', async () => {
  const cwd = await folderWith({
    'a.ts': `import { task } from 'boomer-node';\nimport { Base } from './_base.ts';\nexport class Shopper extends Base {\n  @task\n  buy() { ${recording('`shopper ${++Base.count > 0}`')} }\n}\n`,
    'b.ts': "import { task } from 'boomer-node';\nimport { Base } from './_base.ts';\nexport class Admin extends Base {\n  @task\n  look() {}\n}\n",
    '_base.ts': "import { User } from 'boomer-node';\nexport class Base extends User {\n  static count = 0;\n}\n",
  });
  const { stderr } = await driven(program, ['worker', '.'], 'Shopper', { cwd }, begins, 'shopper true');
  expect(stderr).toContain('Shopper, Admin on 1 thread');
});

it('what a scenario prints is printed, and nothing else goes to stdout', async () => {
  const cwd = await folderWith({ 'a.ts': `${importing}console.log('loaded');\nexport class Shopper extends User {\n  @task\n  buy() { console.log('bought'); ${recording("'printed'")} }\n}\n` });
  const { stdout } = await driven(program, ['worker', 'a.ts'], 'Shopper', { cwd }, (run) => run.command.printed(/^bought$/mu));
  expect(new Set(stdout.trim().split('\n'))).toEqual(new Set(['loaded', 'bought']));
});

describe('an error in a task', () => {
  it.each([
    ['in the file itself', { 'a.ts': `${importing}\ntype Price = number;\n\nexport class Shopper extends User {\n  @task\n  async buy() {\n    await this.sleep(0.01);\n    throw new RangeError('sold out');\n  }\n}\n` }, 'a.ts:9:11'],
    [
      'in a module, below the task',
      {
        'a.ts': `${importing}import { pay } from './lib/pay.ts';\nexport class Shopper extends User {\n  @task\n  async buy() {\n    await this.sleep(0.01);\n    pay(1 as number);\n  }\n}\n`,
        'lib/pay.ts': "type Price = number;\n\nexport function pay(price: Price): never {\n  throw new RangeError('sold out');\n}\n",
      },
      'lib/pay.ts:4:9',
    ],
  ])("reaches the master with its line, and shows in the log: %s", async (_, files, place) => {
    const cwd = await folderWith(files);
    const { stderr } = await driven(program, ['worker', 'a.ts'], 'Shopper', { cwd }, async ({ master }) => {
      const exception = await master.waitFor('exception', () => master.of('exception')[0]);
      const { msg, traceback } = fieldsOf(exception) as { msg: string; traceback: string };
      expect(msg).toBe('RangeError: sold out');
      expect(traceback).toContain(`${cwd}/${place}`);
      expect(traceback).not.toMatch(/scenario0|userLife/u);
    });
    expect(stderr).toContain(`${cwd}/${place}`);
  });
});

describe('a file that calls run()', () => {
  const tasks = `import { recordFailure, recordSuccess, run } from 'boomer-node';
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
run(
  { name: 'hello', weight: 2, async fn() { await pause(20); recordSuccess('http', 'hello', 20, 5); } },
  { name: 'world', fn: async () => { await pause(20); recordFailure('http', 'world', 20, new Error('no world')); } },
);
`;

  it.each([
    ['started by node', 'my-tasks.js', []],
    ['started by the command', program, ['worker', 'my-tasks.js']],
  ])('%s runs its tasks for whatever class the master has', async (_, script, args) => {
    const cwd = await folderWith({ 'package.json': '{ "type": "module" }', 'my-tasks.js': tasks });
    await driven(script, args, 'Dummy', { cwd }, async (run) => {
      await records('hello', run);
      await records('world', run);
      const complete = await run.master.waitFor('spawning_complete', () => run.master.of('spawning_complete')[0]);
      expect(fieldsOf(complete)).toMatchObject({ user_classes_count: { Dummy: 2 }, user_count: 2 });
    });
  });

  it('says what is wrong with its flags like the command does', async () => {
    const cwd = await folderWith({ 'package.json': '{ "type": "module" }', 'my-tasks.js': tasks });
    const { code, stderr } = await new Command('my-tasks.js', ['--master-hots', 'x'], { cwd }).ended;
    expect([code, stderr]).toEqual([2, 'boomer-node: unknown flag --master-hots: did you mean --master-host?\nSee boomer-node --help.\n']);
  });
});
