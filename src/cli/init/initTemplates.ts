/** The files that `init` writes, as texts; pure. */
import type { PackageManager, ProjectFacts, TestRunner } from './projectFacts.ts';

/** A file of a new load test, and where it goes, from the project's folder. */
export type NewFile = { readonly path: string; readonly text: string };

/** How each package manager runs a script and a program, and installs in a CI. */
const commandsOf: Readonly<Record<PackageManager, { readonly script: (name: string) => string; readonly exec: string; readonly install: string; readonly ci: readonly string[] }>> = {
  npm: { script: (name) => `npm run ${name}`, exec: 'npx', install: 'npm install', ci: ['npm ci'] },
  pnpm: { script: (name) => `pnpm ${name}`, exec: 'pnpm exec', install: 'pnpm install', ci: ['corepack enable', 'pnpm install --frozen-lockfile'] },
  yarn: { script: (name) => `yarn ${name}`, exec: 'yarn', install: 'yarn install', ci: ['corepack enable', 'yarn install'] },
  bun: { script: (name) => `bun run ${name}`, exec: 'bunx', install: 'bun install', ci: ['npm install --global bun', 'bun install'] },
};

/** What the files are for, and what to type next. */
export function nextSteps({ manager, testRunner }: ProjectFacts, isInstalled: boolean): string {
  const { script, install } = commandsOf[manager];
  const rows: readonly (readonly [string, string])[] = [
    ...(isInstalled ? [] : [[install, 'installs boomer-node'] as const]),
    [script('load:try'), 'tries it on the small target'],
    [script('load'), 'loads http://localhost:8080, or what --host says'],
    [script('load:debug'), 'one user, each request shown'],
    ...(testRunner === null ? [] : [[script('load:test'), `the same as a test of ${testRunner}`] as const]),
  ];
  const width = Math.max(...rows.map(([command]) => command.length));
  return rows.map(([command, what]) => `  ${command.padEnd(width)}  ${what}\n`).join('');
}

/** Scripts of package.json. */
export function scriptsOf(folder: string, { testRunner }: ProjectFacts): Readonly<Record<string, string>> {
  return {
    load: 'boomer-node run',
    'load:try': `node ${folder}/target.mjs boomer-node run -t 5s`,
    'load:debug': 'boomer-node debug',
    ...(testRunner === null ? {} : { 'load:test': testsOf[testRunner].command(`${folder}/${testsOf[testRunner].file}`) }),
  };
}

/** The file of a test, what runs it, and what stands in it. Jest finds no `.jest.mjs` by itself: it would want its flag for ES modules in every run. */
const testsOf: Readonly<Record<TestRunner, { readonly file: string; readonly command: (path: string) => string; readonly imports: string; readonly expects: string; readonly waits: string }>> = {
  vitest: { file: 'scenario.test.mjs', command: (path) => `vitest run ${path}`, imports: "import { expect, test } from 'vitest';\n", expects: 'expect(result.reasons, result.toText()).toEqual([]);', waits: ', 60_000' },
  jest: { file: 'scenario.jest.mjs', command: (path) => `node --experimental-vm-modules node_modules/jest/bin/jest.js --testMatch "**/${path}"`, imports: '', expects: 'expect(result.reasons).toEqual([]);', waits: ', 60_000' },
  'node:test': { file: 'scenario.test.mjs', command: (path) => `node --test ${path}`, imports: "import { deepEqual } from 'node:assert';\nimport { test } from 'node:test';\n", expects: 'deepEqual(result.reasons, [], result.toText());', waits: '' },
};

/** Everything but package.json; `folder` is that of the load test, with slashes. */
export function newFiles(folder: string, facts: ProjectFacts): readonly NewFile[] {
  const { isTypeScript, isEsm, isOnGithub } = facts;
  // In a CommonJS project a .ts file is CommonJS, which cannot import what is an ES module: .mts is one everywhere.
  const extension = `${isEsm ? '' : 'm'}${isTypeScript ? 'ts' : 'js'}`;
  const scenarioName = facts.scenarioName ?? `scenario.${extension}`;
  const scenario = `${folder}/${scenarioName}`;
  return [
    { path: scenario, text: isTypeScript && !facts.hasOldDecorators ? decorated : plain(isTypeScript) },
    { path: facts.configName ?? `boomer.config.${extension}`, text: config(scenario) },
    { path: `${folder}/target.mjs`, text: target },
    ...(facts.testRunner === null ? [] : [{ path: `${folder}/${testsOf[facts.testRunner].file}`, text: testText(facts.testRunner, scenarioName) }]),
    { path: '.vscode/launch.json', text: launch },
    ...(isOnGithub ? [{ path: '.github/workflows/load.yml', text: workflow(facts, folder) }] : []),
  ];
}

const classHead = 'export class Visitor extends HttpUser {';

const decorated = `import { HttpUser, between, tag, task } from 'boomer-node';

${classHead}
  /** Seconds between two tasks. */
  override waitTime = between(0.1, 0.5);

  override async onStart() {
    await this.client.post('/login', { json: { user: 'ada' } });
  }

  @task
  async hello() {
    await this.client.get('/hello');
  }

  /** Three times as often. */
  @task(3)
  @tag('items')
  async item() {
    const id = this.random.int(1, 1000);
    await this.client.get(\`/item/\${id}\`, { name: '/item/[id]', check: (response) => response.json<{ id: number }>().id === id || 'another item' });
  }
}
`;

function plain(isTypeScript: boolean): string {
  const override = isTypeScript ? 'override ' : '';
  return `import { HttpUser, between } from 'boomer-node';

${classHead}
  /** How often each task is picked: item three times as often as hello. */
  static ${override}tasks = { hello: 1, item: 3 };

  /** Seconds between two tasks. */
  ${override}waitTime = between(0.1, 0.5);

  ${override}async onStart() {
    await this.client.post('/login', { json: { user: 'ada' } });
  }

  async hello() {
    await this.client.get('/hello');
  }

  async item() {
    const id = this.random.int(1, 1000);
    await this.client.get(\`/item/\${id}\`, { name: '/item/[id]', check: (response) => response.json${isTypeScript ? '<{ id: number }>' : ''}().id === id || 'another item' });
  }
}
`;
}

function config(scenario: string): string {
  return `import { defineConfig } from 'boomer-node';

// What boomer-node does when it is told nothing else: flags and variables go before it. boomer-node run --show-config says what holds, and from where.
export default defineConfig({
  files: ['${scenario}'],
  host: 'http://localhost:8080',

  // Users at once, and how many of them begin each second.
  users: 10,
  spawnRate: 10,
  runTime: '30s',

  // Or users over time: stages: ['30s:10', '1m:50', '30s:0'],
  // Or an open model, so many tasks each second whoever is free: rate: '50/s',

  // What must hold; exit code 99 when it does not. Rows are named as in the table.
  thresholds: {
    'GET /hello': ['p(95)<500'],
    Aggregated: ['fail_ratio<0.01'],
  },

  // Reports: html: 'load.html', junit: 'load.junit.xml', summaryExport: 'load.json',
});
`;
}

const target = `// A small target to try the load test on. By itself it listens on port 8080 (or PORT):
//   node target.mjs
// With a command it listens on a free port, runs the command against it (as LOCUST_HOST), and ends with its exit code:
//   node target.mjs npx boomer-node run
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  request.resume();
  const id = /^\\/item\\/(\\d+)$/.exec(request.url ?? '')?.[1];
  const isKnown = id !== undefined || request.url === '/hello' || request.url === '/login';
  response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(id === undefined ? { hello: 'world' } : { id: Number(id) }));
});

server.on('error', (error) => {
  console.error(\`the target cannot listen: \${error.message}. PORT=0 takes any port that is free.\`);
  process.exit(1);
});

const command = process.argv.slice(2);
server.listen(command.length > 0 ? 0 : Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  const host = \`http://127.0.0.1:\${server.address().port}\`;
  if (command.length === 0) {
    console.log(\`listening on \${host}\`);
    return;
  }
  const env = { ...process.env, LOCUST_HOST: host };
  // On Windows commands of npm are scripts, which only a shell runs; its words are quoted, for p(95)<200 to arrive as it is.
  const child = process.platform === 'win32'
    ? spawn(command.map((word) => JSON.stringify(word)).join(' '), { shell: true, stdio: 'inherit', env })
    : spawn(command[0], command.slice(1), { stdio: 'inherit', env });
  child.on('error', (error) => {
    console.error(\`\${command[0]} cannot be run: \${error.message}\`);
    process.exit(1);
  });
  // Ctrl-C reaches the command too, which ends gracefully.
  process.on('SIGINT', () => undefined);
  child.on('exit', (code) => process.exit(code ?? 1));
});
`;

function testText(runner: TestRunner, scenario: string): string {
  const { imports, expects, waits } = testsOf[runner];
  return `// The load test as a test: five users against the small target, in whose place your application belongs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
${imports}import { load } from 'boomer-node/load';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

test('five users are served in time', async () => {
  const target = spawn(process.execPath, [pathOf('target.mjs')], { env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = await once(target.stdout, 'data');
    const host = String(line).replace('listening on', '').trim();
    const result = await load({ files: [pathOf('${scenario}')], host, users: 5, spawnRate: 5, iterations: 50, thresholds: { Aggregated: ['p(95)<2000', 'fail_ratio<0.01'] } });
    ${expects}
  } finally {
    target.kill();
  }
}${waits});
`;
}

const launch = `{
  "version": "0.2.0",
  "configurations": [
    {
      "type": "node",
      "request": "launch",
      "name": "boomer-node debug",
      "program": "\${workspaceFolder}/node_modules/boomer-node/dist/cli/bin.js",
      "args": ["debug", "\${file}"],
      "console": "integratedTerminal"
    }
  ]
}
`;

function workflow({ manager }: ProjectFacts, folder: string): string {
  const { ci, exec } = commandsOf[manager];
  return `# Loads the application for half a minute, and fails when a threshold is missed.
name: load
on: [pull_request, workflow_dispatch]

permissions:
  contents: read

jobs:
  load:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with:
          node-version: 22
${ci.map((line) => `      - run: ${line}`).join('\n')}

      # Here your application starts, in place of the small target; it must answer on port 8080.
      - run: node ${folder}/target.mjs &

      - run: ${exec} boomer-node run --warmup 5s --junit load.junit.xml --html load.html

      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: load
          path: |
            load.junit.xml
            load.html
`;
}
