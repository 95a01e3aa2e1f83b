/** A real master with the locustfile that `boomer-node locustfile` makes: it shows and does what the scenario says. */
import { loadPlan, usersAt } from '../../src/run/loadPlan.ts';
import { MadeLocustfile } from '../support/locustfile.ts';
import { JsonReport } from '../support/locustMaster.ts';
import { Notes } from '../support/notes.ts';
import { until } from '../support/until.ts';
import { countsOf, Scene, stopTimeout } from './scene.ts';

const cluster = 'test/fixtures/cluster.ts';
const swarm = { users: 8, spawnRate: 8 };

type Ratio = { readonly ratio: number; readonly tasks?: Readonly<Record<string, Ratio>> };

/** A scene whose master has the locustfile that is made of the scenario. */
async function withScene(options: { readonly scenario: string; readonly flags?: readonly string[]; readonly classes?: readonly string[]; readonly more?: string; readonly workers?: number; readonly threads?: number; readonly env?: NodeJS.ProcessEnv; readonly masterFlags?: readonly string[]; readonly isHeadless?: boolean }, use: (scene: Scene) => Promise<void>): Promise<void> {
  await using made = await MadeLocustfile.of(options.scenario, options.flags ?? []);
  await using scene = await Scene.open({ classes: [], ...options, locustfile: options.more === undefined ? made.path : `${made.path},${options.more}` });
  await use(scene);
}

async function rowNames(scene: Scene): Promise<readonly string[]> {
  return (await scene.master.stats()).stats.slice(0, -1).map(({ method, name }) => `${method} ${name}`).sort();
}

test('the master knows classes, hosts and tasks; with weights and counts that it keeps to, target = worker = master', async () => {
  // The class picker's form lets a test go without the scenario's stages.
  await withScene({ scenario: cluster, masterFlags: [...stopTimeout, '--class-picker'] }, async (scene) => {
    await scene.master.swarm(swarm);
    await scene.master.waitForUsers(8);
    expect((await scene.master.workers()).map((worker) => worker.user_count)).toEqual([8]);
    const { per_class: perClass } = (await (await fetch(`${scene.master.uiUrl}/tasks`)).json()) as { per_class: Readonly<Record<string, Ratio>> };
    expect(perClass).toMatchObject({
      Clerk: { ratio: 1 / 8, tasks: { Work: { ratio: 1, tasks: { 'file away': { ratio: 1 / 3 }, visit: { ratio: 2 / 3 } } } } },
      Shopper: { ratio: 7 / 8, tasks: { item: { ratio: 3 / 5 }, home: { ratio: 1 / 5 }, checkout: { ratio: 1 / 5, tasks: { basket: { ratio: 1 / 2 }, pay: { ratio: 1 / 2 } } } } },
    });
    const expected = ['GET /basket', 'GET /hello', 'GET /item/[id]', 'POST /pay', 'desk chain home', 'desk chain search', 'desk file away'];
    await until('all rows are there', async () => (await rowNames(scene)).length === expected.length);
    expect(await rowNames(scene)).toEqual(expected);
    await scene.master.stop();
    const stats = await scene.master.stoppedStats();
    const desk = stats.stats.filter(({ method }) => method === 'desk').reduce((sum, row) => sum + row.num_requests, 0);
    const { answered } = await scene.target.settledCounts();
    await scene.master.quit();
    expect(countsOf(stats).requests).toBe(answered + desk);
    expect(await scene.recorded()).toEqual(countsOf(stats));
  });
});

test('of a class with some tasks unticked in the class picker just the others run', async () => {
  await withScene({ scenario: cluster, masterFlags: ['--class-picker'] }, async (scene) => {
    await scene.master.editUser({ user_class_name: 'Shopper', tasks: ['home', 'checkout'] });
    await scene.master.swarm({ ...swarm, fields: { user_classes: 'Shopper' } });
    await until('rows are there', async () => (await rowNames(scene)).length >= 3);
    expect(await rowNames(scene)).toEqual(['GET /basket', 'GET /hello', 'POST /pay']);
  });
});

test('--tags of the master choose what runs, and what the Ratio tab shows', async () => {
  await withScene({ scenario: cluster, masterFlags: ['--class-picker', '--tags', 'pay'] }, async (scene) => {
    await scene.master.swarm({ ...swarm, fields: { user_classes: 'Shopper' } });
    await until('rows are there', async () => (await rowNames(scene)).length >= 1);
    expect(await rowNames(scene)).toEqual(['POST /pay']);
    const { per_class: perClass } = (await (await fetch(`${scene.master.uiUrl}/tasks`)).json()) as { per_class: Readonly<Record<string, Ratio>> };
    expect(perClass['Shopper']?.tasks).toEqual({ checkout: { ratio: 1, tasks: { pay: { ratio: 1 } } } });
  });
});

test('options that the scenario declares are fields of the form, and what the users get', async () => {
  await withScene({ scenario: 'test/fixtures/clusterOptions.ts', masterFlags: ['--basket-size', '5'] }, async (scene) => {
    const page = await (await fetch(scene.master.uiUrl)).text();
    const [, form = '{}'] = /window\.templateArgs = (.*?)$/mu.exec(page) ?? [];
    expect(form).toMatch(/"tenant": \{[^}]*"choices": \["a", "b"\][^}]*"default_value": "a"/u);
    const names = async (): Promise<readonly string[]> => (await rowNames(scene)).map((name) => name.replace(/^a /u, ''));
    await scene.master.swarm({ users: 1, spawnRate: 1 });
    await until('a row is there', async () => (await names()).length > 0);
    expect(await names()).toEqual(['["a",5,null,null,false]']);
    await scene.master.stop();
    await scene.master.stoppedStats();
    await scene.master.swarm({ users: 1, spawnRate: 1, fields: { tenant: 'b', basket_size: '7', limit: '2.5', token: 's3cret', verbose: 'true' } });
    await until('its row is there', async () => (await names())[0]?.startsWith('["b"'));
    expect(await names()).toEqual(['["b",7,2.5,"s3cret",true]']);
  });
});

test('stages give the users that boomer-node run would, at any moment, and end the test', async () => {
  await withScene({ scenario: cluster, more: 'test/e2e/locustfiles/userCount.py', masterFlags: stopTimeout, isHeadless: true }, async (scene) => {
    expect((await scene.master.ended(60_000)).code).toBe(0);
    const plan = loadPlan({ kind: 'stages', stages: [[2, 4], [4, 12], [2, 0]].map(([seconds = 0, users = 0]) => ({ durationMs: seconds * 1000, users })) });
    const seen = scene.master.lines.flatMap((line) => {
      const [, at, users] = /users at ([\d.]+): (\d+)/u.exec(line) ?? [];
      return at === undefined ? [] : [{ atMs: Number(at) * 1000, users: Number(users) }];
    });
    expect(seen.length).toBeGreaterThan(40);
    // The master looks once a second and then waits for its workers: users are those of a moment up to 2.5 s ago.
    const wrong = seen.filter(({ atMs, users }) => {
      const due = Array.from({ length: 26 }, (_, index) => usersAt(plan, Math.max(0, atMs - 100 * index)));
      return users < Math.min(...due) || users > Math.max(...due);
    });
    expect(wrong).toEqual([]);
    expect(Math.max(...seen.map(({ users }) => users))).toBeGreaterThanOrEqual(9);
    expect(scene.master.lines).toContainEqual(expect.stringMatching(/✓ GET \/item\/\[id\]: p\(95\)<5000 +p\(95\)=[\d.]+ ms/u));
    expect(scene.master.lines).toContainEqual(expect.stringContaining('all met'));
  });
});

const pages = 'test/fixtures/e2ePages.ts';
const headless = ['-u', '4', '-r', '4', '--run-time', '4', ...stopTimeout];

test.each([
  ['a missed one gives 99', ['/hello: p(95)<10000', 'GET /status/500: fail_ratio<0.1', 'nobody: count>0'], 99, [/✓ \/hello: p\(95\)<10000 +p\(95\)=/u, /✗ GET \/status\/500: fail_ratio<0.1 +fail_ratio=100 %/u, /✗ nobody: count>0 +no request of this name: there were GET \/hello/u, /2 of 3 missed/u]],
  ["all met leave Locust's own code", ['/hello: fail_ratio<0.1', '/hello: p(95)<10000 over 2s', 'rps>0 over 3s'], 0, [/✓ \/hello: fail_ratio<0.1 +fail_ratio=0 %/u, /✓ \/hello: p\(95\)<10000 over 2s +p\(95\)=.* at worst, from \d+ s to \d+ s \(\d+ windows?\)/u, /✓ Aggregated: rps>0 over 3s +rps=/u, /all met/u]],
] as const)('thresholds of a headless master: %s', async (_, rules, code, lines) => {
  const classes = code === 0 ? ['Alpha'] : ['Alpha', 'Beta'];
  await withScene({ scenario: pages, flags: rules.flatMap((rule) => ['--threshold', rule]), classes, masterFlags: headless, isHeadless: true }, async (scene) => {
    expect((await scene.master.ended(60_000)).code).toBe(code);
    for (const line of lines) expect(scene.master.lines).toContainEqual(expect.stringMatching(line));
  });
});

test('arrivals that were dropped are judged, and named where nobody judges them', async () => {
  await withScene({ scenario: 'test/fixtures/clusterDropped.ts', masterFlags: headless, isHeadless: true }, async (scene) => {
    const { master } = scene;
    expect((await master.ended(60_000)).code).toBe(99);
    const [, dropped, total] = /(\d+) of (\d+) arrivals dropped \([\d.]+ %\): less load than was asked for/u.exec(master.lines.join('\n')) ?? [];
    expect(Number(total) - Number(dropped)).toBe((await scene.recorded()).requests);
    expect(Number(dropped)).toBeGreaterThan(Number(total) / 2);
    expect(master.lines).toEqual(expect.arrayContaining([
      expect.stringMatching(/✗ dropped: rate<0\.5 +rate=[6-9]\d(?:\.\d+)? %/u),
      expect.stringMatching(new RegExp(`✓ dropped: count>0 +count=${dropped}$`, 'u')),
      expect.stringMatching(/✓ dropped: rate>0\.5 over 2s +rate=.* at worst/u),
      expect.stringMatching(/✓ iterations: rate>0 over 2s +rps=.* at worst/u),
      expect.stringMatching(/✓ lateness: max>=0 +max=[\d.]+ ms$/u),
      expect.stringMatching(/✓ lateness: p\(99\)<60000 over 2s +p\(99\)=[\d.]+ ms at worst/u),
      expect.stringMatching(/✗ lateness: max<0 over 2s +max=[\d.]+ ms at worst/u),
      expect.stringMatching(new RegExp(`✓ iterations: count>1 +count=${Number(total) - Number(dropped)}$`, 'u')),
    ]));
  });
});

test('a threshold with abortOnFail ends the test', async () => {
  await withScene({ scenario: 'test/fixtures/clusterAbort.ts', masterFlags: ['-u', '2', '-r', '2', ...stopTimeout], isHeadless: true }, async (scene) => {
    expect((await scene.master.ended(60_000)).code).toBe(99);
    expect(scene.master.lines).toContainEqual(expect.stringContaining('the test ends: job work: count<5 is not met (count='));
  });
});

test('a headless master counts the last request of each user, and all that listeners add', async () => {
  await using report = await JsonReport.open();
  const masterFlags = ['-s', '3', '-u', '50', '-r', '50', '--run-time', '4', ...report.flags];
  await withScene({ scenario: 'test/fixtures/e2eEnding.ts', masterFlags, isHeadless: true, workers: 2 }, async (scene) => {
    expect((await scene.master.ended(60_000)).code).toBe(0);
    const counted = (await report.rows()).reduce((sum, row) => sum + row.num_requests, 0);
    expect(counted).toBe((await scene.recorded()).requests);
    expect(counted).toBeGreaterThan(50);
  });
});

test('stopTest ends a headless test without a plug-in, and says why', async () => {
  await using report = await JsonReport.open();
  await withScene({ scenario: 'test/fixtures/e2eEnough.ts', masterFlags: ['-u', '4', '-r', '4', ...stopTimeout, ...report.flags], isHeadless: true, workers: 2 }, async (scene) => {
    expect((await scene.master.ended(60_000)).code).toBe(0);
    expect(scene.master.lines).toContainEqual(expect.stringContaining('asks to end the test: '));
    const counted = (await report.rows()).reduce((sum, row) => sum + row.num_requests, 0);
    expect(counted).toBe((await scene.recorded()).requests);
  });
});

const tenants = 'test/fixtures/clusterSetup.ts';

test('setup and teardown run once a test, whatever workers and threads there are, and all users get the data', async () => {
  await using notes = await Notes.open();
  await withScene({ scenario: tenants, workers: 2, threads: 2, env: { SETUP_NOTES: notes.path } }, async (scene) => {
    const tokens: string[] = [];
    for (const test of [1, 2]) {
      await scene.master.swarm(swarm);
      await scene.master.waitForUsers(8);
      await until('both threads of the workers record', async () => (await scene.master.stats()).stats.length === 3);
      const names = new Set((await scene.master.stats()).stats.slice(0, -1).map(({ name }) => name));
      expect(names.size).toBe(1);
      tokens.push(...names);
      await scene.master.stop();
      await scene.master.stoppedStats();
      expect(await notes.lines()).toEqual(tokens.slice(0, test).flatMap((token) => [`setup ${token}`, `teardown ${token}`]));
    }
    expect(new Set(tokens).size).toBe(2);
  });
});

test('a setup that fails ends the test, and says why; a headless master tears down before it ends', async () => {
  await using notes = await Notes.open();
  const masterFlags = ['-u', '4', '-r', '4', '--run-time', '3', ...stopTimeout];
  await withScene({ scenario: tenants, workers: 2, masterFlags, isHeadless: true, env: { SETUP_NOTES: notes.path } }, async (scene) => {
    expect((await scene.master.ended(60_000)).code).toBe(0);
    const lines = await notes.lines();
    expect([lines.length, lines[1]]).toEqual([2, lines[0]?.replace('setup', 'teardown')]);
  });
  await withScene({ scenario: tenants, masterFlags, isHeadless: true, env: { SETUP_FAILS: '1' } }, async (scene) => {
    expect((await scene.master.ended(60_000)).code).toBe(1);
    expect(scene.master.lines).toContainEqual(expect.stringMatching(/setup failed on worker .*: RangeError: no tenant is free/u));
    expect(await scene.recorded()).toEqual({ requests: 0, failures: 0 });
  });
});

test('rows that the master hands out are drawn once each over three workers, and by each of them', async () => {
  await using notes = await Notes.open();
  await withScene({ scenario: 'test/fixtures/clusterFeed.ts', workers: 3, threads: 2, env: { TICKET_NOTES: notes.path } }, async (scene) => {
    await scene.master.swarm({ users: 18, spawnRate: 18 });
    await until('all tickets are drawn', async () => (await notes.lines()).length >= 900, { timeoutMs: 60_000 });
    await scene.master.stop();
    await scene.master.stoppedStats();
    const drawn = (await notes.lines()).map((line) => line.split(' ').map(Number));
    expect(drawn.map(([, number = -1]) => number).sort((one, other) => one - other)).toEqual(Array.from({ length: 900 }, (_, number) => number));
    expect(new Set(drawn.map(([pid]) => pid)).size).toBe(3);
  });
});
