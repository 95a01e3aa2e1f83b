/**
 * Workers that come and go during a test, each in a network and an empty folder of its own, with a scenario that the master ships: the number
 * of users is right within seconds, every request is accounted for, and the next test runs.
 */
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isolationProblem, Namespace } from '../chaos/isolation.ts';
import { ChaosTarget } from '../chaos/target.ts';
import { readWorkerBooks } from '../support/books.ts';
import { LocustMaster } from '../support/locustMaster.ts';
import { loopback } from '../support/ports.ts';
import type { Program } from '../support/program.ts';
import { ShippedPlace } from '../support/shippedPlace.ts';
import { Stopwatch } from '../support/stopwatch.ts';
import { until } from '../support/until.ts';

/** Each user asks for a path of its own, which begins with its process. */
const scenario = (): string => `
import { readFileSync } from 'node:fs';
import { constant, HttpUser, task } from 'boomer-node';
import leven from 'leven';

const rows = readFileSync(new URL('./users.csv', import.meta.url), 'utf8').trim().split('\\n').length;
let users = 0;

export class Guest extends HttpUser {
  waitTime = constant(0.05);
  path = \`/\${process.pid}/\${++users}\`;
  @task async work() { await this.client.get(this.path, { name: \`rows \${rows}, leven \${leven('kitten', 'sitting')}\` }); }
  @task async fail() {
    await this.sleep(0.05);
    if (this.path.endsWith('/1') && !failed) {
      failed = true;
      throw new Error('in line 17 of scenario.ts');
    }
  }
}
let failed = false;
`;

const users = 12;
/** Between two reports of a worker. */
const reportMs = 3_000;

type Standing = { readonly state: string; readonly users: number; readonly requests: number; readonly shares: Readonly<Record<string, number>> };

/** One worker process: where it runs, and how it ended. */
class Guest {
  readonly program: Program;
  /** Null while it lives, or when it ended well. */
  killedAtMs: number | null = null;

  constructor(program: Program) {
    this.program = program;
  }

  get pid(): number {
    return this.program.child.pid ?? 0;
  }

  /** The master's number for it. */
  get index(): number {
    return Number(/connected to the master at \S+ as worker (\d+)/.exec(this.program.output)?.[1]);
  }
}

class Scene implements AsyncDisposable {
  readonly place: ShippedPlace;
  readonly guests: Guest[] = [];
  readonly #namespaces: readonly Namespace[];
  readonly #folders: readonly string[];
  readonly target: ChaosTarget;
  readonly master: LocustMaster;

  private constructor(parts: { place: ShippedPlace; namespaces: readonly Namespace[]; folders: readonly string[]; target: ChaosTarget; master: LocustMaster }) {
    this.place = parts.place;
    this.#namespaces = parts.namespaces;
    this.#folders = parts.folders;
    this.target = parts.target;
    this.master = parts.master;
  }

  static async open(places: number): Promise<Scene> {
    const place = await ShippedPlace.open(scenario);
    await place.write('first');
    // Numbers that no schedule of the chaos tests has.
    const namespaces = isolationProblem() === null ? Array.from({ length: places }, (_, index) => new Namespace(16_000 + index)) : [];
    try {
      const folders = await Promise.all(Array.from({ length: places }, () => mkdtemp(join(place.folder, 'worker-'))));
      const host = namespaces[0]?.address ?? loopback;
      const target = await ChaosTarget.start(host);
      const master = await LocustMaster.start(place.processes, {
        locustfile: `${place.locustfile},test/chaos/book.py`,
        bindHost: host,
        flags: ['--host', `http://${host}:${target.port}`, '--stop-timeout', '5', '--chaos-book', join(place.folder, 'taken')],
      });
      return new Scene({ place, namespaces, folders, target, master });
    } catch (error) {
      // The next test that takes these numbers would find the addresses twice.
      for (const namespace of namespaces) namespace.close();
      await place[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A worker begins in this place; resolves when the master has it. */
  async join(place: number): Promise<Guest> {
    const host = this.#namespaces[0]?.address ?? loopback;
    const program = this.place.workerIn(this.#folders[place] ?? '', this.master.port, ['--master-host', host], this.#namespaces[place]?.prefix);
    const guest = new Guest(program);
    this.guests.push(guest);
    await program.prints(/connected to the master at \S+ as worker \d+/);
    return guest;
  }

  /** As if its machine had gone: it says nothing any more. */
  async kill(guest: Guest): Promise<void> {
    guest.killedAtMs = performance.now();
    guest.program.child.kill();
    await guest.program.ended();
  }

  async end(guest: Guest): Promise<void> {
    guest.program.child.signal('SIGTERM');
    expect(await guest.program.ended()).toMatchObject({ code: 0 });
  }

  /** Waits until these workers have the users, evenly, as the master knows it and as the target sees it; how long that took. */
  async right(guests: readonly Guest[]): Promise<number> {
    const stopwatch = new Stopwatch();
    const wanted = Object.fromEntries(guests.map(({ index }) => [index, users / guests.length]));
    await until(`${users} users on workers ${Object.keys(wanted).join(', ')}`, async () => {
      const { state, users: all, shares } = await this.standing();
      if (state !== 'running' || all !== users) throw new Error(JSON.stringify({ state, all, shares }));
      expect(shares).toEqual(wanted);
      return true;
    }, { timeoutMs: 20_000 });
    const tookMs = stopwatch.ownMs();
    const fromMs = performance.now();
    const seen = await until('the target sees as many', () => {
      const paths = [...this.target.answers].filter(([, moments]) => (moments.at(-1) ?? 0) > fromMs).map(([path]) => path);
      return paths.length >= users ? paths : null;
    });
    for (const { pid } of guests) expect(seen.filter((path) => path.startsWith(`/${pid}/`))).toHaveLength(users / guests.length);
    return tookMs;
  }

  async standing(): Promise<Standing> {
    return (await (await fetch(`${this.master.uiUrl}/chaos`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(30_000) })).json()) as Standing;
  }

  /** Ends the test; how many requests the master counted. */
  async stop(): Promise<number> {
    await this.master.stop();
    return await until('the test has stopped', async () => {
      const { state, users: left, requests } = await this.standing();
      return state === 'stopped' && left === 0 && requests;
    });
  }

  answeredTo({ pid }: Guest): readonly number[] {
    return [...this.target.answers].filter(([path]) => path.startsWith(`/${pid}/`)).flatMap(([, moments]) => moments);
  }

  /** What the master took, by its number for the worker. */
  async taken(): Promise<ReadonlyMap<number, number>> {
    const taken = new Map<number, number>();
    for (const line of (await readFile(join(this.place.folder, 'taken'), 'utf8')).trim().split('\n')) {
      const [, requests, , index] = line.split(' ').map(Number);
      taken.set(index ?? -1, (taken.get(index ?? -1) ?? 0) + (requests ?? 0));
    }
    return taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.place[Symbol.asyncDispose]();
    await this.target.close();
    for (const namespace of this.#namespaces) namespace.close();
  }
}

test('workers join, are killed and come back, and all are restarted in turn: users and numbers are right, and the next test runs', async () => {
  await using scene = await Scene.open(3);
  const { master, target } = scene;
  const took: Record<string, number> = {};
  const living = [await scene.join(0), await scene.join(1)];
  await master.swarm({ users, spawnRate: 100 });
  took['two begin'] = await scene.right(living);
  living.push(await scene.join(2));
  took['a third joins'] = await scene.right(living);

  for (const place of [0, 1, 2]) {
    const [gone] = living.splice(0, 1);
    if (gone === undefined) throw new Error('nobody is there');
    await scene.kill(gone);
    took[`${place} is killed`] = await scene.right(living);
    living.push(await scene.join(place));
    took[`${place} is back`] = await scene.right(living);
  }

  for (const place of [0, 1, 2]) {
    const [old] = living.splice(0, 1);
    if (old === undefined) throw new Error('nobody is there');
    await scene.end(old);
    took[`${place} ends`] = await scene.right(living);
    living.push(await scene.join(place));
    took[`${place} is new`] = await scene.right(living);
  }
  const first = await scene.stop();
  const answeredFirst = target.answered;
  const [exception] = await master.exceptions();

  await master.swarm({ users, spawnRate: 100 });
  await scene.right(living);
  const second = await scene.stop();
  for (const guest of living) await scene.end(guest);

  expect(Object.entries(took).filter(([, ms]) => ms > 3_000)).toEqual([]);
  expect(exception?.traceback).toMatch(/at (?:async )?Guest\.fail \(.*scenario\.ts:17:/);
  const stats = await master.stats();
  expect(stats.stats.map(({ name }) => name)).toContain('rows 3, leven 3');
  expect(second).toBe(target.answered - answeredFirst);
  const taken = await scene.taken();
  expect([...taken.values()].reduce((sum, requests) => sum + requests, 0)).toBe(first + second);
  for (const guest of scene.guests) {
    const answered = scene.answeredTo(guest);
    const lost = answered.length - (taken.get(guest.index) ?? 0);
    if (guest.killedAtMs === null) {
      expect(readWorkerBooks(guest.program.output)).toEqual({ recorded: answered.length, failed: 0, delivered: answered.length, unconfirmed: 0, undelivered: 0, usersLost: 0 });
      expect(lost).toBe(0);
    } else {
      // Nobody is left to name what it had not yet reported.
      const { killedAtMs } = guest;
      expect(lost).toBeGreaterThanOrEqual(0);
      expect(lost).toBeLessThanOrEqual(answered.filter((moment) => moment > killedAtMs - reportMs - 500).length);
    }
  }
}, 300_000);
