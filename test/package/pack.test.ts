/** The package as a stranger gets it: packed, installed into an empty folder without install scripts, used from there. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FakeMaster, fieldsOf } from '../support/fakeMaster.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:NODE_OPTIONS|LOCUST_.*|BOOMER_.*|npm_(?:config_local_prefix|lifecycle.*|package.*))$/u.test(name)));

/** api.md's three sizes of scenario, as strictly typed as TypeScript can. */
const boomerForm = `import { run, recordSuccess, recordFailure } from 'boomer-node';

const hello = {
  name: 'hello',
  weight: 10,
  async fn() {
    const start = performance.now();
    const response = await fetch('http://localhost:8080/hello');
    const body = await response.arrayBuffer();
    const elapsedMs = performance.now() - start;
    if (response.ok) recordSuccess('http', 'hello', elapsedMs, body.byteLength);
    else recordFailure('http', 'hello', elapsedMs, \`status \${response.status}\`);
  },
};
const world = { name: 'world', fn: () => undefined };

run(hello, world);
`;

const userForm = `import { HttpUser, between, tag, task, StopUser } from 'boomer-node';

export class HelloWorldUser extends HttpUser {
  static host = 'http://localhost:8080';
  static weight = 3;
  waitTime = between(1, 3);

  async onStart() {
    await this.client.post('/login', { json: { user: 'ada' } });
  }

  @task
  async hello() {
    const response = await this.client.get('/hello', { name: '/hello', headers: { accept: 'text/plain' }, query: { page: 2 }, timeout: 5 });
    const etag: string | null = response.headers.get('etag');
    const cart: { total: number } = response.json<{ total: number }>();
    if (response.ok && etag !== null && cart.total + response.elapsedMs + response.bytes > 0) throw new StopUser();
  }

  @task(3)
  @tag('read')
  async item() {
    await this.client.get(\`/item/\${this.random.int(1, 1000)}\`, { name: '/item/[id]' });
  }
}
`;

const anyForm = `import { User, constantThroughput, task, registerMessage, sendMessage, events, type Environment } from 'boomer-node';

class Redis {
  get(key: string): Promise<string> {
    return Promise.resolve(key);
  }
}

export class RedisUser extends User {
  static tasks = { get: 1 };
  waitTime = constantThroughput(100);
  #redis = new Redis();

  @task
  async get() {
    const value: string = await this.measure('redis', 'GET', () => this.#redis.get('key'));
    this.record({ type: 'redis', name: value, elapsedMs: 1.5, bytes: 3, error: null, startedAt: performance.now() });
    await this.sleep(0.01);
  }
}

const started: Environment[] = [];
events.testStart.add((environment) => started.push(environment));
registerMessage('users', ({ data }) => sendMessage('seen', data));
`;

let folder: string;
let packed: string[];
let unpackedBytes: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomer-node-pack-'));
  // Without scripts: they would build into the folder from which other tests run.
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: root, env });
  const [{ filename, files, unpackedSize }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[]; unpackedSize: number }];
  unpackedBytes = unpackedSize;
  packed = files.map(({ path }) => path);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'a-project', private: true, type: 'module' }));
  await run('npm', ['install', `./${filename}`, '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder, env });
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  it('holds the program, the types, the examples and what the master needs', () => {
    for (const path of ['package.json', 'README.md', 'LICENSE', 'dist/cli/bin.js', 'docs/http-client.md', 'dist/index.js', 'dist/index.d.ts', 'dist/engine/thread/entry.js', 'dist/lib/bin.js', 'dist/lib/LICENSES.txt', 'dist/outputs/html/page.js', 'dist/outputs/html/page.css', 'examples/helloWorld.ts', 'locust/helloWorld.py', 'locust/requirements.txt']) {
      expect(packed).toContain(path);
    }
  });

  it('holds no tests, sources, demo, virtual environment or configuration', () => {
    expect(packed.filter((path) => /^(?:test|src|bench|coverage|\.ci|\.git|node_modules)\/|^dist\/demo\/|\.venv|__pycache__|\.test\.|tsconfig\.build|jest|eslint|golden/u.test(path))).toEqual([]);
  });

  it('is small, and few files to load', () => {
    expect(unpackedBytes).toBeLessThan(3_300_000);
    expect(packed.filter((path) => path.endsWith('.js')).length).toBeLessThan(100);
  });
});

describe('installed', () => {
  it('tells its version', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    expect((await run('npx', ['--no-install', 'boomer-node', '--version'], { cwd: folder, env })).stdout).toBe(`${version}\n`);
  });

  it('is an ES module with types, and nothing else can be imported from it', async () => {
    const print = "import * as all from 'boomer-node'; console.log(Object.keys(all).join(' '))";
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', print], { cwd: folder, env });
    for (const name of ['run', 'recordSuccess', 'User', 'HttpUser', 'task', 'tag', 'between', 'events', 'StopUser']) expect(stdout).toMatch(new RegExp(`\\b${name}\\b`, 'u'));
    await expect(run(process.execPath, ['--input-type=module', '--eval', "import 'boomer-node/dist/cli/main.js'"], { cwd: folder, env })).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('has one module for what a scenario and its load thread share, and shows the author his lines', async () => {
    await writeFile(join(folder, 'odd.ts'), "import { User, task } from 'boomer-node';\nexport class Odd extends User {\n  @task\n  fail(): void {\n    throw new Error('odd');\n  }\n}\n");
    const { stdout, stderr } = await run('npx', ['--no-install', 'boomer-node', 'run', 'odd.ts', '-i', '1', '-u', '1'], { cwd: folder, env, timeout: 30_000 }).catch((failed: unknown) => failed as { stdout: string; stderr: string });
    expect(`${stdout}${stderr}`).toMatch(/Error: odd\n\s+at Odd\.fail \(.*odd\.ts:5:11\)/u);
    expect(`${stdout}${stderr}`).not.toContain('dist/lib/');
  });

  it('joins a master by npx with a TypeScript scenario, and its tasks are counted there', async () => {
    await writeFile(join(folder, 'scenario.ts'), "import { User, task } from 'boomer-node';\nexport class Shopper extends User {\n  @task\n  async buy(): Promise<void> {\n    this.record({ type: 'shop', name: 'buy', elapsedMs: 1 });\n    await this.sleep(0.1);\n  }\n}\n");
    await FakeMaster.with({}, async (master) => {
      const args = ['--no-install', 'boomer-node', 'worker', 'scenario.ts', '--master-host', '127.0.0.1', '--master-port', String(master.port)];
      const worker = run('npx', args, { cwd: folder, env, timeout: 30_000 });
      await Promise.race([master.registered(), worker.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)))]);
      master.spawn({ Shopper: 3 });
      await master.waitFor('spawning_complete', () => master.of('spawning_complete')[0]);
      master.send('quit');
      const { stderr } = await worker;
      const rows = master.of('stats').flatMap((frame) => fieldsOf(frame)['stats'] as { name: string; num_requests: number }[]);
      const counted = rows.reduce((sum, row) => sum + (row.name === 'buy' ? row.num_requests : 0), 0);
      expect(counted).toBeGreaterThanOrEqual(3);
      expect(stderr).toContain(`recorded ${counted} requests, 0 failures in this process`);
    });
  });

  it.each([
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ])('lets strict TypeScript compile all three forms of a scenario (%s, %s), declarations checked too', async (module, moduleResolution) => {
    const project = join(folder, `typed-${module}`);
    await mkdir(project);
    await writeFile(join(project, 'boomerForm.ts'), boomerForm);
    await writeFile(join(project, 'userForm.ts'), userForm);
    await writeFile(join(project, 'anyForm.ts'), anyForm);
    await symlink(join(root, 'node_modules/@types'), join(project, 'types'));
    const compilerOptions = {
      target: 'ES2023',
      lib: ['ES2023', 'ESNext.Disposable'],
      module,
      moduleResolution,
      types: ['node'],
      typeRoots: ['./types'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      verbatimModuleSyntax: true,
      skipLibCheck: false,
      noEmit: true,
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const outcome = await compiled(project);
    expect(outcome).toBe('compiles');
  });

  it.each([
    ['module', 'Node16', 'Node16'],
    ['commonjs', 'NodeNext', 'NodeNext'],
    ['commonjs', 'CommonJS', 'Node10'],
  ])('each of its entries has types in a project of type %s (%s, %s)', async (type, module, moduleResolution) => {
    const project = join(folder, `entries-${type}-${module}`);
    await mkdir(project);
    await writeFile(join(project, 'package.json'), JSON.stringify({ type }));
    await symlink(join(root, 'node_modules/@types'), join(project, 'types'));
    await writeFile(join(project, 'entries.ts'), `import { HttpUser } from 'boomer-node';
import type { RequestOptions } from 'boomer-node/http';
import { load } from 'boomer-node/load';
import type { Output } from 'boomer-node/outputs';
class Shopper extends HttpUser {}
export const code: Promise<number> = load({ classes: [Shopper], iterations: 1 }).then(({ exitCode }) => exitCode);
export type Both = [RequestOptions, Output];
`);
    const ofOld = moduleResolution === 'Node10' ? { ignoreDeprecations: '6.0' } : {};
    const compilerOptions = { target: 'ES2023', lib: ['ES2023', 'ESNext.Disposable'], module, moduleResolution, ...ofOld, types: ['node'], typeRoots: ['./types'], strict: true, noEmit: true };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    expect(await compiled(project)).toBe('compiles');
  });

  it('lets TypeScript refuse mistakes', async () => {
    const project = join(folder, 'mistakes');
    await mkdir(project);
    await symlink(join(root, 'node_modules/@types'), join(project, 'types'));
    await writeFile(
      join(project, 'mistakes.ts'),
      `import { HttpUser, between, run, task } from 'boomer-node';
// @ts-expect-error a weight is a number
task('3');
// @ts-expect-error two bounds
between(1);
// @ts-expect-error a task has a name
run({ fn() {} });
// @ts-expect-error a host is a text
export class Lost extends HttpUser {
  static host = 8080;
}
export class Shopper extends HttpUser {
  // @ts-expect-error a wait time is a function
  waitTime = 3;
  @task
  async buy() {
    // @ts-expect-error not an option
    await this.client.get('/', { nmae: '/' });
  }
}
`,
    );
    const compilerOptions = { target: 'ES2023', lib: ['ES2023', 'ESNext.Disposable'], module: 'NodeNext', types: ['node'], typeRoots: ['./types'], strict: true, noEmit: true, skipLibCheck: true };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const outcome = await compiled(project);
    expect(outcome).toBe('compiles');
  });
});

/** `compiles`, or what the compiler says. */
async function compiled(project: string): Promise<string> {
  try {
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], { cwd: project, env });
    return 'compiles';
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}
