/** The worker as a process under a master: what its flags and its scenario decide. */
import { readFileSync } from 'node:fs';
import { fromScheduleMark } from '../../src/stats/besides.ts';
import { FakeMaster, fieldsOf } from '../support/fakeMaster.ts';
import { integerEntries, isFields } from '../support/frameChecks.ts';
import { Command, folderWith, program, tidy } from './command.ts';

afterAll(tidy);

/** Joins a master with two threads of this scenario; resolves when it is registered. */
async function join(master: FakeMaster, scenario: string, flags: readonly string[] = []): Promise<Command> {
  const cwd = await folderWith({ 'a.ts': scenario });
  const worker = new Command(program, ['worker', 'a.ts', '--master-host', '127.0.0.1', '--master-port', String(master.port), '--threads', '2', ...flags], { cwd });
  await Promise.race([master.registered(), worker.ended.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)))]);
  return worker;
}

/** Of all reports so far: requests of each row, and of all rows in each second of the wall clock. */
function recorded(master: FakeMaster): { readonly byName: ReadonlyMap<string, number>; readonly bySecond: readonly number[]; readonly total: number } {
  const byName = new Map<string, number>();
  const bySecond = new Map<number, number>();
  const add = <Key>(counts: Map<Key, number>, key: Key, count: number): void => void counts.set(key, (counts.get(key) ?? 0) + count);
  const rows = master.of('stats').flatMap((frame) => fieldsOf(frame)['stats']);
  for (const row of rows.flat().filter(isFields)) {
    if (String(row['name']).endsWith(fromScheduleMark)) continue;
    add(byName, String(row['name']), Number(row['num_requests']));
    for (const [second, count] of integerEntries(row['num_reqs_per_sec'])) add(bySecond, second, count);
  }
  const seconds = [...bySecond].sort(([one], [other]) => one - other);
  return { byName, bySecond: seconds.map(([, count]) => count), total: [...byName.values()].reduce((sum, count) => sum + count, 0) };
}

const eager = `import { User, task } from 'boomer-node';
export class Eager extends User {
  @task
  work() { this.record({ type: 't', name: \`thread \${this.environment.threadIndex}\`, elapsedMs: 0 }); }
}
`;

it('--max-rps and --request-increase-rate hold over all threads together', async () => {
  await FakeMaster.with({}, async (master) => {
    const users = 20;
    const worker = await join(master, eager, ['--max-rps', '80', '--request-increase-rate', '40/1s']);
    const spawnedMs = performance.now();
    master.spawn({ Eager: users });
    // 40 in the first second, 80 in each that follows: none of these users ever waits by itself.
    const most = (sec: number): number => 40 * Math.min(sec, 1) + 80 * Math.max(sec - 1, 0);
    await master.waitFor('150 requests', () => recorded(master).total >= 150);
    const { byName, bySecond, total } = recorded(master);
    expect(total).toBeLessThanOrEqual(most((performance.now() - spawnedMs) / 1_000) + 2);
    // A second of the wall clock may get more only by the users who waited for one before it, if their timers rang late.
    expect(Math.max(...bySecond)).toBeLessThanOrEqual(80 + users + 2);
    expect([...byName.keys()].sort()).toEqual(['thread 0', 'thread 1']);
    master.send('quit');
    expect((await worker.ended).code).toBe(0);
  });
});

const deciding = `import { events, User, task } from 'boomer-node';
events.quitting.add((environment) => {
  if (environment.threadIndex === 1) environment.processExitCode = 42;
});
export class Idle extends User { @task work() { return this.sleep(60); } }
`;

it.each([
  ['a master that quits', (master: FakeMaster) => master.send('quit')],
  ['a signal', (_: FakeMaster, worker: Command) => worker.signal('SIGTERM')],
])('a listener of quitting has the last word on the exit code: %s', async (_, end) => {
  await FakeMaster.with({}, async (master) => {
    const worker = await join(master, deciding);
    master.spawn({ Idle: 2 });
    await master.next('spawning_complete', { since: 0 });
    end(master, worker);
    expect((await worker.ended).code).toBe(42);
  });
});

it('--cpu-profile and --mem-profile are of the first test, one for each thread, and said at the end', async () => {
  await FakeMaster.with({}, async (master) => {
    const folder = await folderWith({});
    const worker = await join(master, eager, ['--cpu-profile', `${folder}/p/cpu`, '--mem-profile', `${folder}/heap`]);
    master.spawn({ Eager: 2 });
    await master.waitFor('requests', () => recorded(master).total > 0);
    master.send('quit');
    const { code, stderr } = await worker.ended;
    expect(code).toBe(0);
    for (const file of ['p/cpu.0.cpuprofile', 'p/cpu.1.cpuprofile', 'heap.0.heapprofile', 'heap.1.heapprofile']) {
      expect(stderr).toContain(file);
      expect(Object.keys(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as object)).toContain('samples');
    }
  });
});

const talkative = `import { events, sendMessage, User, task } from 'boomer-node';
events.quit.add(({ environment }) => {
  for (let line = 0; line < 1000; line++) console.log('last line', environment.threadIndex, line);
  sendMessage('goodbye', environment.threadIndex);
});
export class Idle extends User { @task work() { return this.sleep(60); } }
`;

it('what listeners of quit print and send is there before the end, the messages before quit', async () => {
  await FakeMaster.with({}, async (master) => {
    const worker = await join(master, talkative);
    master.send('quit');
    const { code, stdout } = await worker.ended;
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => line.startsWith('last line'))).toHaveLength(2_000);
    expect(master.of('goodbye').map(({ data }) => data).sort()).toEqual([0, 1]);
    expect(master.frames.at(-1)?.type).toBe('quit');
  });
});

it('names what a scenario exports that its master may do', async () => {
  await FakeMaster.with({}, async (master) => {
    const worker = await join(master, `${deciding}export const stages = [{ duration: '1s', target: 5 }];\nexport const thresholds = { '*': ['p(95)<1'] };\nexport function shape() { return { users: 1 }; }\nimport { defineOptions } from 'boomer-node';\nexport const options = defineOptions({ tenant: { type: 'string' } });\n`);
    master.send('quit');
    const { stderr } = await worker.ended;
    expect(stderr).not.toContain('WARNING');
    expect(stderr.split('\n').filter((line) => line.includes("the scenario's")).map((line) => line.replace(/^.*boomer: /u, ''))).toEqual([
      "left to the master, whose locustfile has them if boomer-node locustfile made it: the scenario's options, the scenario's stages, the scenario's shape, the scenario's thresholds",
    ]);
  });
});
