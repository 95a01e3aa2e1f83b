/** `load()` in programs of their own: what they find, what they leave, and that they end by themselves. */
import { boomer, Command, folderWith, tidy, type Ended } from '../cli/command.ts';
import { join } from 'node:path';
import { complaintsAbout } from '../support/compile.ts';
import { startPages, type TestServer } from '../support/httpServer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startPages();
});
beforeEach(() => void server.requests.splice(0));
afterAll(async () => {
  await server.close();
  await tidy();
});

const head = `
import { load, LoadHistogram } from 'boomer-node/load';
import { events, FastHttpUser, HttpUser, recordFailure, recordSuccess, sendMessage, registerMessage, User } from 'boomer-node';
const host = process.env.TARGET;
class A extends HttpUser { static tasks = { a: 1 }; async a() { await this.client.get('/a'); } }
class B extends FastHttpUser { static tasks = { b: 1 }; async b() { await this.client.get('/b'); } }
const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
`;

/** Runs the program to its end, and returns what it said. */
async function program(body: string, files: Readonly<Record<string, string>> = {}): Promise<Ended & { readonly said: readonly unknown[]; readonly folder: string }> {
  const folder = await folderWith({ 'program.mjs': head + body, ...files });
  const ended = await new Command(join(folder, 'program.mjs'), [], { cwd: folder, env: { TARGET: server.url, ESBUILD: import.meta.url } }).ended;
  return { ...ended, folder, said: ended.code === 0 ? ended.stdout.split('\n').filter((line) => line !== '').map((line): unknown => JSON.parse(line)) : [] };
}

it('runs classes in this thread: every number, every report, and nothing printed or left behind', async () => {
  const { code, stderr, said } = await program(`
    const before = { exit: process.listenerCount('exit'), rejections: process.listenerCount('unhandledRejection'), interrupts: process.listenerCount('SIGINT') };
    const progress = [];
    const result = await load({ classes: [A, B], host, users: 4, spawnRate: 100, iterations: 200, seed: 1, thresholds: { 'GET /a': ['p(95)<60000', 'count>1000'] }, onProgress: (moment) => progress.push(moment) });
    say({ passed: result.passed, reasons: result.reasons, exitCode: result.exitCode, ended: result.endedBecause, thresholds: result.thresholds.map(({ passed, measured }) => ({ passed, measured })) });
    const [a, b] = [result.row('GET', '/a'), result.row('GET', '/b')];
    say([a.requests + b.requests, result.total.requests, a.requests, a.percentileMs(100) >= a.percentileMs(50), result.trust.isTrusted, result.start.threadCount]);
    say([result.meets('GET /a: fail_ratio<0.01'), result.meets('p(95)<0.0001'), result.measure('GET /c: p(95)<1').text]);
    const both = a.histogram().plus(b.histogram());
    say([both.count, (await LoadHistogram.read(JSON.parse(JSON.stringify(both)))).percentileMs(95) === both.percentileMs(95), both.percentileMs(95) === result.total.percentileMs(95)]);
    say([result.toHtml().startsWith('<!doctype html>'), result.toJunit().includes('GET /a'), JSON.parse(JSON.stringify(result)).format, result.toMarkdown().includes('/a'), result.toText().includes('Aggregated'), JSON.parse(result.toLocustJson()).length]);
    say([progress.at(-1).requests, progress.at(-1).phase]);
    let text = ''; try { a.percentileMs(0.95); } catch (error) { text = error.message; } say(text);
    try { result.row('GET', '/aa'); } catch (error) { say([error.code, error.message]); }
    say([process.listenerCount('exit') - before.exit, process.listenerCount('unhandledRejection') - before.rejections, process.listenerCount('SIGINT') - before.interrupts]);
  `);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const a = server.requests.filter(({ url }) => url === '/a').length;
  expect(said).toEqual([
    { passed: false, reasons: ['1 threshold not met'], exitCode: 99, ended: 'all iterations were done', thresholds: [{ passed: true, measured: expect.any(Number) as number }, { passed: false, measured: a }] },
    [200, 200, a, true, expect.any(Boolean), 0],
    [true, false, 'no request of this name: did you mean "GET /a"?'],
    [200, true, true],
    [true, true, 'boomer-node summary', true, true, 2],
    [200, 'stopping'],
    'a percentile expects a percent from 1 to 100, or 0, got 0.95: write 95',
    ['no-row', 'there is no row GET /aa: did you mean GET /a?'],
    [0, 0, 0],
  ]);
  expect(server.requests.length).toBe(200);
});

it('keeps two loads at once, and one after another, apart', async () => {
  const { code, stderr, said } = await program(`
    events.testStart.add(() => say('start'));
    class Recorder extends User { static tasks = { r: 1 }; async r() { await Promise.all(Array.from({ length: 20 }, () => this.sleep(0.001))); await this.measure('own', this.environment.parsedOptions.what, async () => undefined); recordSuccess('free', this.environment.parsedOptions.what, 1); } }
    const loads = ['one', 'two'].map((what) => load({ classes: [Recorder], users: 2, spawnRate: 100, iterations: 50, options: { what } }));
    for (const result of await Promise.all(loads)) say(result.rows.map(({ method, name, requests }) => [method, name, requests]));
    const refused = await load({ classes: [A], host, iterations: 1, allowHost: 'other.example' });
    say([refused.total.failures, refused.errors[0].error.includes('not among the hosts'), refused.errors[0].sample !== null]);
    say((await load({ classes: [A], host, iterations: 1 })).total.failures);
  `);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(said).toEqual(['start', 'start', ...['one', 'two'].map((what) => [['free', what, 50], ['own', what, 50]]), 'start', [1, true, expect.any(Boolean)], 'start', 0]);
});

it('has feeders, setup, teardown and shape for classes of a program, each load its own', async () => {
  const { code, stderr, said } = await program(`
    const { feed } = await import('boomer-node');
    const logins = feed.csv('logins.csv', { columns: ['user'], order: 'unique' });
    const numbers = feed.array([1, 2, 3]);
    let before = ''; try { await logins.next(); } catch (error) { before = error.code; } say(before);
    class Member extends User {
      static tasks = { visit: 1 };
      async visit() {
        const { user } = await logins.next(this);
        await this.measure(this.environment.setupData.what, user + (await numbers.next(this)), () => this.sleep(0.01));
      }
    }
    const ended = [];
    const options = { classes: [Member], feeders: [logins, numbers], users: 2, spawnRate: 100, duration: '60s' };
    const both = await Promise.all(['one', 'two'].map((what) => load({ ...options, setup: async ({ parsedOptions }) => ({ what: what + parsedOptions.end }), teardown: (data) => ended.push(data.what), options: { end: '!' } })));
    for (const { rows } of both) say([...new Set(rows.map(({ method }) => method)), rows.map(({ name }) => name[0]).sort().join(''), rows.reduce((sum, { requests }) => sum + requests, 0)]);
    say(ended.sort());
    let asked = 0;
    const shaped = await load({ classes: [B], host, shape: ({ stats }) => { asked++; return stats.requests > 0 ? null : { users: 3 }; } });
    say([shaped.total.requests > 0, asked > 1, shaped.endedBecause]);
    for (const wrong of [{ files: ['a.ts'], setup() {} }, { classes: [B], shape() {}, users: 1 }, { classes: [B], feeders: [{}], iterations: 1 }, { classes: [B], setup: 1 }]) await load(wrong).catch(({ code, message }) => say([code, message]));
    class Loner extends User { static tasks = { visit: 1 }; async visit() { await logins.next(this).catch(({ code, message }) => say([code, message.includes('feeders: [')])); } }
    await load({ classes: [Loner], iterations: 1 });
  `, { 'logins.csv': 'user\na\nb\nc\nd\n' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(said).toEqual([
    'feed-without-run',
    ['one!', 'abcd', 4],
    ['two!', 'abcd', 4],
    ['one!', 'two!'],
    [true, true, expect.any(String)],
    ['usage', 'load() expects setup beside classes: with files, a file exports setup'],
    ['usage', 'load() expects shape or users, got both: each says how many users there are'],
    ['usage', 'load() expects feeders that feed.csv, feed.json or feed.array made in this program, got {}'],
    ['usage', 'load() expects setup as a function, got 1'],
    ['feed-without-run', true],
  ]);
});

it('runs files in load threads, or with threads: 0 in this one; two at once, and nothing of them stays', async () => {
  const shop = `
import { HttpUser, task } from 'boomer-node';
export const thresholds = { 'GET /a': 'count>0' };
export function setup() { return { path: '/a' }; }
export class Shopper extends HttpUser { @task async a() { await this.client.get(this.environment.setupData.path); } }
`;
  const { code, stderr, said } = await program(`
    const [there, here] = await Promise.all([2, 0].map((threads) => load({ files: ['shop.ts'], host, users: 2, spawnRate: 100, iterations: 40, threads })));
    for (const result of [there, here]) say([result.passed, result.total.requests, result.start.threadCount, result.thresholds.length]);
    for (let time = 0; time < 12; time++) await load({ files: ['shop.ts'], host, iterations: 1, threads: 0 });
    say(process.listenerCount('exit'));
    const lines = [];
    await load({ files: ['shop.ts'], host, iterations: 1, threads: 1, onLog: (line) => lines.push(line) });
    say(lines.some((line) => line.includes('/INFO/boomer: ')));
  `, { 'shop.ts': shop });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(said).toEqual([[true, 40, 2, 1], [true, 40, 0, 1], expect.any(Number), true]);
  expect(said[2]).toBeLessThan(3);
});

it('compiles for several loads at once, and beside a build of the program itself', async () => {
  const file = (name: string): string => `import { User, task } from 'boomer-node'; export class ${name} extends User { @task async a() { await this.measure('own', '${name}', async () => undefined); } }`;
  const names = ['One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight'];
  const { code, stderr, said } = await program(`
    import { createRequire } from 'node:module';
    const esbuild = createRequire(process.env.ESBUILD)('esbuild');
    let release;
    const released = new Promise((resolve) => { release = resolve; });
    const late = { name: 'late', setup({ onLoad }) { onLoad({ filter: /./ }, async () => { await released; return { contents: 'built()' }; }); } };
    const build = esbuild.build({ entryPoints: ['One.ts'], write: false, plugins: [late] });
    const results = await Promise.all(${JSON.stringify(names)}.map((name) => load({ files: [name + '.ts'], iterations: 3, threads: 0 })));
    say(results.map(({ rows }) => rows.map(({ name, requests }) => [name, requests])));
    release();
    say((await build).outputFiles[0].text.includes('built()'));
  `, Object.fromEntries(names.map((name) => [`${name}.ts`, file(name)])));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(said).toEqual([names.map((name) => [[name, 3]]), true]);
});

it('ends at a signal with what was measured, and says what is wrong before it begins', async () => {
  const { code, stderr, said } = await program(`
    const controller = new AbortController();
    const result = await load({ classes: [A], host, signal: controller.signal, onProgress: ({ requests }) => { if (requests > 0) controller.abort(); } });
    say([result.ended.kind, result.passed, result.total.requests > 0]);
    const failing = async (options) => { try { await load(options); say('fine'); } catch (error) { say(error.message); } };
    await failing({ classes: [A], host, signal: AbortSignal.abort(new Error('mine')), iterations: 1 });
    await failing({ classes: [A], host });
    await failing({ duration: 1 });
    await failing({ classes: [A], files: ['a.ts'], duration: 1 });
    await failing({ classes: [A], host, duration: 1, runtime: 2 });
    await failing({ classes: [class Idle extends HttpUser {}], host, duration: 1 });
    await failing({ classes: [class Stranger {}], host, duration: 1 });
    await failing({ classes: ['Shopper'], host, duration: 1 });
    await failing({ classes: A, host, duration: 1 });
    await failing({ classes: [], host, duration: 1 });
    await failing(undefined);
    await failing({ classes: [A], host, duration: 1, signal: 5 });
    await failing({ classes: [A], host, duration: 1, onProgress: 'yes' });
    await failing({ classes: [A], host, duration: 1, onLog: {} });
    await failing({ classes: [A], host, duration: 1, env: { TENANT: 'a' } });
    await failing({ classes: [A], host: '127.0.0.1:80', duration: 1 });
    await failing({ files: ['none.ts'], duration: 1 });
    await failing({ files: ['broken.ts'], duration: 1, threads: 0 });
    await failing({ classes: [A], host, duration: 1, thresholds: ['p(95<1'] });
  `, { 'broken.ts': 'export class {' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(said).toEqual([
    ['aborted', true, true],
    'mine',
    expect.stringContaining("load() expects an end: duration: '10s'"),
    expect.stringContaining('load() expects whom to run'),
    expect.stringContaining('classes or files, got both'),
    expect.stringContaining('load() has no option runtime: did you mean runTime?'),
    expect.stringContaining('no user class has a task'),
    expect.stringContaining('load() expects user classes, and Stranger is none'),
    expect.stringContaining('expects user classes, got'),
    'load() expects classes as a list of user classes, got a function',
    'load() expects classes as a list of user classes, got []',
    'load() expects its options as an object, got undefined',
    'load() expects signal as an AbortSignal, got 5',
    'load() expects onProgress as a function, got "yes"',
    'load() expects onLog as a function, got {}',
    expect.stringMatching(/load\(\) has no option env: .* sets process\.env/u),
    'the classes: --host expects a URL for A, which speaks HTTP, got "127.0.0.1:80": write --host http://127.0.0.1:80',
    expect.stringContaining('none.ts does not exist'),
    expect.stringContaining('the scenario does not compile'),
    expect.stringContaining('p(95<1'),
  ] as unknown[]);
});

it('asks for the log, and ends with what that throws', async () => {
  const { code, stderr, said } = await program(`
    for (const onLog of [(line) => { throw new Error('mine: ' + line); }, async (line) => { if (line.includes('/ERROR/')) throw new Error('mine: ' + line); }]) {
      let lines = 0;
      class Thrower extends User { static tasks = { go: 1 }; async go() { await this.sleep(0.01); throw new Error('of a task'); } }
      const began = load({ classes: [Thrower], duration: '60s', onLog(line) { lines += 1; return onLog(line); } });
      say(await began.then(() => 'fine', ({ message }) => message.slice(0, 5)));
    }
  `);
  expect({ code, stderr, said }).toEqual({ code: 0, stderr: '', said: ['mine:', 'mine:'] });
});

it('lets any number of loads run at once, and end by one signal, without a warning of Node', async () => {
  const { code, stderr, said } = await program(`
    const all = new AbortController();
    const begun = new Set();
    const loads = Array.from({ length: 12 }, (_, index) => load({
      classes: [class Idler extends User { static tasks = { go: 1 }; async go() { begun.add(index); if (begun.size === 12) all.abort(); await this.sleep(60); } }],
      signal: all.signal,
    }));
    say((await Promise.all(loads)).map(({ ended }) => ended.kind).filter((kind) => kind === 'aborted').length);
    say((await Promise.all(loads.map((_, index) => load({ files: ['quick.mjs'], threads: 0, iterations: index + 1 })))).map(({ total }) => total.requests));
  `, { 'quick.mjs': "import { User } from 'boomer-node'; export class Quick extends User { static tasks = { go: 1 }; go() { this.record({ type: 'x', name: 'go', elapsedMs: 1 }); } }" });
  expect({ code, stderr, said }).toEqual({ code: 0, stderr: '', said: [12, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]] });
});

it('has timers of Node although those of the program are fake from before it was asked for, and each time', async () => {
  const { code, stderr, said } = await program(`
    const own = { setTimeout, setInterval, setImmediate };
    Object.assign(globalThis, { setTimeout: () => 0, setInterval: () => 0, setImmediate: () => 0 });
    class Waiter extends B { waitTime = () => 0.01; async b() { await super.b(); await this.sleep(0.01); } }
    for (const iterations of [10, 20]) say((await load({ classes: [Waiter], host, users: 5, spawnRate: 50, iterations })).total.requests);
    Object.assign(globalThis, own);
  `);
  expect({ code, stderr, said }).toEqual({ code: 0, stderr: '', said: [10, 20] });
});

it('goes on while a user computes for long and records nothing', async () => {
  const { code, stderr, said } = await program(`
    class Blocker extends User { static tasks = { go: 1 }; go() { for (const until = performance.now() + 200; performance.now() < until;); blocks += 1; } }
    let blocks = 0;
    await load({ classes: [Blocker], duration: '400ms' });
    say(blocks);
  `);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  // It was 32 before the end was noticed.
  expect(said[0]).toBeLessThan(16);
});

it('goes on, and ends, while functions of users that are gone catch whatever they are told and try again; none of them stays in memory', async () => {
  const { code, stderr, said } = await program(`
    const { setFlagsFromString } = await import('node:v8');
    const { runInNewContext } = await import('node:vm');
    const { feed } = await import('boomer-node');
    const rows = feed.array([1], { order: 'unique' });
    const told = {};
    const left = [];
    const again = (Base, name, attempt) => ({ [name]: class extends Base {
      static tasks = { work: 1 };
      async work() {
        left.push(new WeakRef(this));
        for (;;) {
          try { await attempt(this); } catch { told[name] = (told[name] ?? 0) + 1; }
        }
      }
    } })[name];
    class Steps extends HttpUser {
      static tasks = { work: 1 };
      async work() {
        try { await this.client.get('/slow'); } catch { /* told */ }
        for (let step = 0; step < 5; step++) await new Promise((next) => setTimeout(next, 5));
        try { await this.sleep(0); } catch { told.finally = 'ran'; }
      }
    }
    const classes = [
      again(HttpUser, 'Undici', async (user) => { await user.client.get('/a'); await user.sleep(0.005); }),
      again(FastHttpUser, 'Fast', (user) => user.client.get('/a')),
      again(User, 'Sleeper', (user) => user.sleep(0.005)),
      again(User, 'Measuring', (user) => user.measure('x', 'y', () => fetch(host, { signal: user.signal }))),
      again(User, 'Feeding', (user) => rows.next(user)),
      again(HttpUser, 'Mistaken', (user) => user.client.get('/a', { wrong: true })),
      Steps,
    ];
    await load({ classes, feeders: [rows], host, users: 14, spawnRate: 1000, duration: '500ms' });
    await load({ classes: [A, B], host, iterations: 4 }); // what came last, of all users, is held until something else comes
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    const held = () => left.filter((user) => user.deref() !== undefined).length;
    for (let at = 0; at < 1000 && held() > 0; at++) { await new Promise((next) => setTimeout(next, 20)); collect(); }
    const after = JSON.stringify(told);
    await new Promise((next) => setTimeout(next, 20));
    say([JSON.stringify(told) === after, Object.keys(told).sort()]);
    say([left.length > 0, held()]);
  `);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(said).toEqual([[true, ['Fast', 'Feeding', 'Measuring', 'Mistaken', 'Sleeper', 'Undici', 'finally']], [true, 0]]);
});

it('survives what users leave behind: promises that nobody awaits, a stop in the midst of everything', async () => {
  const { code, stderr, said } = await program(`
    class Careless extends HttpUser {
      static tasks = { go: 1 };
      async go() { void this.client.get('/a'); void this.sleep(0.05); await this.sleep(0.02); }
    }
    const some = new AbortController();
    const result = await load({ classes: [Careless], host, users: 5, spawnRate: 100, duration: '60s', signal: some.signal, onProgress: ({ requests }) => { if (requests > 20) some.abort(); } });
    say(result.total.requests > 20);
  `);
  expect({ code, stderr, said }).toEqual({ code: 0, stderr: '', said: [true] });
});

it('is typed as the command is', () => {
  const text = `
import { HttpUser } from 'boomer-node';
import { load, type LoadResult } from 'boomer-node/load';
class Shopper extends HttpUser { static tasks = { a: 1 }; async a() { await this.client.get('/'); } }
const result: LoadResult = await load({ classes: [Shopper], users: 5, duration: '1s', stages: ['1s:5'], thresholds: { '*': ['p(95)<200', { threshold: 'fail_ratio<0.01', abortOnFail: true }] }, html: 'a.html', signal: AbortSignal.timeout(5) });
const p95: number | null = result.row('GET', '/').percentileMs(95);
const measured: number | null = result.measure('p(95)<1').measured;
if (result.ended.kind === 'threshold') console.log(result.ended.expression, p95, measured);
// @ts-expect-error of the terminal
await load({ files: ['a.ts'], quiet: true });
// @ts-expect-error no class
await load({ classes: ['Shopper'] });
`;
  expect(complaintsAbout({ 'typed.ts': text })).toEqual([]);
});

it('--threads 0 runs in the main thread, where the files say', async () => {
  const folder = await folderWith({ 'where.ts': `
import { isMainThread } from 'node:worker_threads';
import { task, User } from 'boomer-node';
export class Here extends User { @task async a() { await this.measure('main', String(isMainThread), async () => undefined); } }` });
  const { code, stderr } = await boomer(['run', 'where.ts', '--threads', '0', '-i', '3'], { cwd: folder });
  expect(code).toBe(0);
  expect(stderr).toMatch(/main +true/u);
});
