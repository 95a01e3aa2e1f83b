/** Threads that die, hang or misbehave: users come back, nothing that was counted is lost, and no wait is without an end. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startHttpServer } from '../support/httpServer.ts';
import { Stopwatch } from '../support/stopwatch.ts';
import { closeScenes, runOptions, Scene } from './poolScene.ts';

afterEach(closeScenes);

/** Two threads with a faulty user in one of them. */
async function withFault(name: string, hangTimeoutMs = 0): Promise<Scene> {
  const scene = await Scene.open('threadsFaults.ts', { threads: 2, hangTimeoutMs });
  scene.pool.startRun(runOptions);
  scene.pool.setUsers(1, { Healthy: 20, [name]: 1 }, 0);
  return scene;
}

/** Before Node 24 whose an error is that nobody catches is known from the second one on (see src/engine/thread/recording/exceptions.ts). */
const isOwnerKnown = Number.parseInt(process.versions.node, 10) >= 24;
const withOwner = (message: string): RegExp => new RegExp(`^${message}${isOwnerKnown ? ' \\(user \\d+\\)' : ''}$`, 'u');

const lost = (scene: Scene): string[] => scene.of('exception').flatMap(({ message }) => (message.includes('was lost') ? [message] : []));

describe('a thread that ends by itself', () => {
  it('is replaced with all its users, and the master is told', async () => {
    const scene = await withFault('Exits');
    const { message, trace } = await scene.heard('exception');
    expect(message).toMatch(/^load thread [01] was lost with its \d+ users? and (?:no request|\d+ requests?) under way, and is replaced: it ended by itself \(process\.exit\(\) in the scenario\?\)$/u);
    expect(trace).toMatch(/^load thread [01]: it ended by itself/u);
    expect(scene.logs).toContain(`error: ${message}`);
    await scene.reach(2, { Healthy: 20, Exits: 0 });
    await scene.stop(3);
  });

  it('leaves every request that it had counted', async () => {
    const scene = await withFault('Exits');
    await scene.heard('exception');
    await scene.reach(2, { Exits: 0 });
    await scene.stop(3);
    const losses = lost(scene).length; // each time the user comes back, it ends its thread again
    expect(losses).toBeGreaterThan(0);
    expect(scene.count()['Exits']).toEqual({ requests: 10 * losses, failures: losses });
  });
});

describe('the thread that takes the place of a lost one', () => {
  it('has the classes as the master edited them', async () => {
    const scene = await Scene.open('threadsFaults.ts', { threads: 1 });
    scene.pool.updateUserClass('Healthy', { label: 'edited' });
    scene.pool.startRun(runOptions);
    scene.pool.setUsers(1, { Healthy: 1, Exits: 1 }, 0);
    await scene.heard('exception');
    const before = scene.count()['edited']?.requests ?? 0;
    await scene.reach(2, { Exits: 0 });
    await scene.counts((counted) => (counted['edited']?.requests ?? 0) > before);
    await scene.stop(3);
    expect(scene.count()).not.toHaveProperty('Healthy');
  });
});

describe('a thread that is lost while it waits for answers', () => {
  it.each([
    ['by itself', 'Exits', 'it ended by itself'],
    ['blocked', 'Blocks', 'its event loop stood still'],
  ])('names its requests under way, and has counted all others: %s', async (_, fault, reason) => {
    let held = 0;
    const server = await startHttpServer(({ url }, response) => {
      if (url === '/held') held++;
      else response.end('{}');
    });
    try {
      const scene = await Scene.open('threadsFaults.ts', { host: server.url, hangTimeoutMs: 700 });
      scene.pool.startRun(runOptions);
      scene.pool.setUsers(1, { Holds: 7, HoldsFast: 4 }, 0);
      await server.whenSeen(22);
      await scene.counts((counted) => counted['/quick']?.requests === 11);
      scene.pool.setUsers(2, { [fault]: 1 }, 0);
      const { message } = await scene.heard('exception', (input) => input.message.includes('was lost'));
      // The faulty user may have come and gone before its thread could say so.
      expect(message).toMatch(new RegExp(`^load thread 0 was lost with its 1[12] users and 11 requests under way, and is replaced: ${reason}`, 'u'));
      expect(held).toBe(11);
      expect(scene.count()[fault]).toEqual({ requests: 10, failures: 1 });
    } finally {
      await closeScenes();
      await server.close();
    }
  });
});

describe('an error that nobody catches', () => {
  it.each([
    ['ThrowsInTimer', 'RangeError: thrown in a timer'],
    ['Unhandled', 'RangeError: nobody awaits this'],
  ])('is data, not the end of the thread: %s', async (name, message) => {
    const scene = await withFault(name);
    const exception = await scene.heard('exception');
    expect(exception).toMatchObject({ message: expect.stringMatching(withOwner(message)) as string, isOutsideTask: true });
    expect(exception.trace).toMatch(/threadsFaults\.ts:\d+:\d+/u);
    await scene.reach(2, { Healthy: 20, [name]: 1 });
    await scene.stop(3);
    expect(lost(scene)).toEqual([]);
    expect(scene.of('exception')).toHaveLength(1);
    expect(scene.count()[name]).toEqual({ requests: 10, failures: 1 });
  });

  it('is nobody\'s fault when a stop aborted what was not awaited', async () => {
    const scene = await withFault('FireAndForget');
    await scene.counts((counted) => counted['FireAndForget']?.requests === 10);
    await scene.stop(2);
    const before = scene.count()['Healthy']?.requests ?? 0;
    scene.pool.startRun(runOptions);
    await scene.reach(3, { Healthy: 1 });
    await scene.counts((counted) => (counted['Healthy']?.requests ?? 0) > before + 30); // what was under way has come by then
    expect(scene.of('exception')).toEqual([]);
  });
});

describe('the trace of an error', () => {
  it('names files, classes and methods as they were written', async () => {
    const scene = await Scene.open('threadsTraces.ts');
    scene.pool.startRun(runOptions);
    scene.pool.setUsers(1, { AutopushUser: 1 }, 0);
    const { trace } = await scene.heard('exception');
    await scene.stop(2);
    expect(trace.replaceAll(/\(.*\/test\//gu, '(test/').split('\n').map((line) => line.trim())).toEqual([
      'Error: not delivered',
      'at AutopushUser.#postNotification (test/fixtures/threadsTraces.ts:13:11)',
      'at async AutopushUser.post (test/fixtures/threadsTraces.ts:9:5)',
    ]);
  });
});

describe('a thread whose event loop is blocked', () => {
  it('is replaced after the hang timeout, and what it had counted stays', async () => {
    const scene = await withFault('Blocks', 700);
    const stopwatch = new Stopwatch();
    const { message } = await scene.heard('exception');
    const [, stillSec] = /is replaced: its event loop stood still for (\d+\.\d) s: a task blocks it/u.exec(message) ?? [];
    expect(Number(stillSec)).toBeGreaterThanOrEqual(1);
    expect(Number(stillSec)).toBeLessThan(3 + stopwatch.lostMs() / 1000);
    await scene.reach(2, { Healthy: 20, Blocks: 0 });
    await scene.stop(3);
    const losses = lost(scene).length;
    expect(scene.count()['Blocks']).toEqual({ requests: 10 * losses, failures: losses });
    // The thread could not say so itself.
    expect(Math.max(...scene.pool.trust().map(({ loopDelayMaxMs }) => loopDelayMaxMs))).toBeGreaterThan(700);
  });

  it('leaves the exceptions that it had counted', async () => {
    const scene = await withFault('ThrowsAndBlocks', 700);
    await scene.heard('exception', ({ message }) => message.includes('is replaced'));
    await scene.reach(2, { Healthy: 20, ThrowsAndBlocks: 0 });
    await scene.stop(3);
    const thrown = scene.of('exception').filter(({ message }) => withOwner('RangeError: just before the end').test(message));
    expect(thrown.reduce((sum, { count }) => sum + count, 0)).toBe(lost(scene).length);
  });

  it('is warned of once before that', async () => {
    const scene = await withFault('Blocks', 7_000);
    await scene.heard('exception');
    expect(scene.logs.filter((line) => /^warning: the event loop of load thread [01] has stood still for 5 s/u.test(line))).toHaveLength(1);
  });

  it('is not to blame when the whole process stood still', async () => {
    let suspendedMs = 0;
    const scene = await Scene.open('threadsFaults.ts', { hangTimeoutMs: 30_000, nowMs: () => performance.now() + suspendedMs });
    scene.pool.startRun(runOptions);
    scene.pool.setUsers(1, { Blocks: 1 }, 0); // so that it cannot show that it lives
    await scene.counts((counted) => counted['Blocks']?.requests === 10);
    suspendedMs = 70_000;
    await scene.stop(2, 500);
    expect(lost(scene)).toEqual([expect.stringContaining('it did not stop its users in time')]);
  });

  it('does not hold up the users of the other thread, nor reports', async () => {
    const scene = await withFault('Blocks');
    await scene.counts((counted) => counted['Blocks']?.requests === 10);
    const before = scene.count()['Healthy']?.requests ?? 0;
    await scene.counts((counted) => (counted['Healthy']?.requests ?? 0) > before + 100);
  });

  it.each([0, 700])('does not hold up a stop with %d ms for the tasks: it is answered soon after', async (stopTimeoutMs) => {
    const scene = await withFault('Blocks');
    await scene.counts((counted) => counted['Blocks']?.requests === 10);
    expect(await scene.stop(2, stopTimeoutMs)).toBeLessThan(stopTimeoutMs + 3_500); // 2 s, and what two threads more take
    expect(lost(scene)).toEqual([expect.stringContaining('it did not stop its users in time: its event loop stands still: a task blocks it')]);
    expect(scene.count()['Blocks']).toEqual({ requests: 10, failures: 1 });
    expect(scene.pool.counts()).toMatchObject({ Blocks: 0, Healthy: 0 });
    scene.pool.startRun(runOptions);
    await scene.reach(3, { Healthy: 4 });
    await scene.stop(4);
  });

  it('is replaced once, however often it must be: stop after stop', async () => {
    const scene = await Scene.open('threadsFaults.ts', { threads: 1 });
    for (let round = 1; round <= 3; round++) {
      scene.pool.startRun(runOptions);
      scene.pool.setUsers(2 * round, { Blocks: 1 }, 0);
      await scene.counts((counted) => counted['Blocks']?.requests === 10 * round);
      await scene.stop(2 * round + 1);
      expect(lost(scene)).toHaveLength(round);
    }
  });
});

describe('a user whose onStop does not end', () => {
  it('does not hold up a stop, and its thread lives on', async () => {
    const scene = await withFault('NeverEnds');
    await scene.counts((counted) => counted['NeverEnds']?.requests === 10);
    expect(await scene.stop(2)).toBeLessThan(7_000);
    expect(lost(scene)).toEqual([]);
    expect(scene.logs).toContain('warning: 1 user did not finish onStop in time and was abandoned');
  });
});

describe("a user that posts to its thread's parentPort", () => {
  it('reaches nobody, is told so, and nothing is lost', async () => {
    const scene = await withFault('PostsToParent');
    await scene.counts((counted) => counted['PostsToParent']?.requests === 10);
    const before = scene.count()['Healthy']?.requests ?? 0;
    await scene.counts((counted) => (counted['Healthy']?.requests ?? 0) > before + 100);
    await scene.stop(2);
    expect(scene.count()['PostsToParent']).toEqual({ requests: 10, failures: 1 });
    expect(scene.of('exception')).toEqual([]);
    expect(scene.logs).toEqual([
      "warning: the scenario, or a package of it, posted null to the load thread's parentPort: nobody listens there, write sendMessage(type, data) to reach the master (said once)",
    ]);
  });
});

describe('a thread that runs out of memory', () => {
  it('is replaced, and neither the process nor what it had counted is lost', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=64', fileURLToPath(new URL('poolOutOfMemory.mjs', import.meta.url))], {
      timeout: 120_000,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(JSON.parse(stdout)).toEqual({
      lost: expect.stringMatching(/^load thread 0 was lost with its (?:0 users|1 user) and no request under way, and is replaced: .*memory/u) as string,
      numRequests: 10,
      numFailures: 1,
    });
  });
});

describe('a scenario', () => {
  it('that differs from thread to thread is refused', async () => {
    await expect(Scene.open('threadsDiffer.ts', { threads: 2 })).rejects.toThrow(
      /^load thread [01] found other user classes or tasks than the first one: what a scenario makes and exports must not depend on the thread$/u,
    );
  });

  it('that ends its thread while it loads is refused', async () => {
    await expect(Scene.open('threadsExit.ts')).rejects.toThrow('a load thread ended while it loaded the scenario: it ended by itself (process.exit() in the scenario?)');
  });
});
