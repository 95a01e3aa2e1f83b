import { ReplayMemory } from '../../../../../src/engine/shared/replays.ts';
import { Gate } from '../../../../../src/engine/thread/pacing/gate.ts';
import { ReplayQueue } from '../../../../../src/engine/thread/replaying/replayQueue.ts';
import { ReplaySource, type ReplayItem, type ReplayShare } from '../../../../../src/engine/thread/replaying/replaySource.ts';
import { replayShare } from '../../../../../src/engine/thread/replaying/threadReplays.ts';
import type { UserRunner } from '../../../../../src/engine/thread/users/userRunner.ts';
import { User } from '../../../../../src/scenario/user.ts';
import { ReadExchange, type UnreadExchange } from '../../../../../src/traffic/readers/window.ts';
import { exchangeOf, type Exchange } from '../../../../../src/traffic/recording.ts';
import { sharedNowMs } from '../../../../../src/util/sharedClock.ts';
import { pass, pause, Stage, useFakeTime } from '../stage.ts';

const alone: ReplayShare = { workers: 1, worker: 0, threadCount: 1, threadIndex: 0 };
const requestAt = (id: number, ms: number, visitor: string | null): Exchange =>
  exchangeOf(`${id}`, { method: 'GET', url: `http://h/${id}`, headers: visitor === null ? [] : [['cookie', `session=visitor-${visitor}`]], body: null }, { startedMs: 1_700_000_000_001 + ms });

const idOf = ({ request }: ReplayItem): number => Number(request.read().url.slice('http://h/'.length));

/** As a file is read: a turn now and then. */
async function* reading(exchanges: readonly Exchange[]): AsyncGenerator<readonly UnreadExchange[]> {
  for (let at = 0; at < exchanges.length; at += 3) {
    await Promise.resolve();
    yield exchanges.slice(at, at + 3).map((exchange) => new ReadExchange(exchange));
  }
}

type Asked = { readonly nowMs?: () => number; readonly share?: ReplayShare; readonly loop?: boolean; readonly speed?: number; readonly skip?: number; readonly onReady?: () => void; readonly onOddTimes?: (what: string) => void };

function sourceOf(exchanges: readonly Exchange[], { nowMs = () => Number.POSITIVE_INFINITY, share = alone, loop = false, speed = 1, skip = 0, onReady = () => undefined, onOddTimes = () => undefined }: Asked = {}): ReplaySource {
  return new ReplaySource({ origin: null, replay: { speed, loop, only: [], session: 'cookie' }, open: () => reading(exchanges), share, nowMs, skip, onReady, onNotSent: () => undefined, onOddTimes, onError: (error) => expect(error).toBeNull() });
}

/** All that it has to give; of one without end so many. */
async function drained(source: ReplaySource, most = Number.POSITIVE_INFINITY): Promise<{ readonly id: number; readonly dueMs: number; readonly visitor: string | null }[]> {
  const items: { readonly id: number; readonly dueMs: number; readonly visitor: string | null }[] = [];
  while (!source.isOver && items.length < most) {
    const { next } = source;
    if (next === undefined) await new Promise((resolve) => void setImmediate(resolve));
    else {
      items.push({ id: idOf(next), dueMs: next.dueMs, visitor: next.visitor });
      source.advance();
    }
  }
  source.close();
  return items;
}

describe('a capture', () => {
  const many = Array.from({ length: 5_000 }, (_, id) => requestAt(id, id, id % 5 === 0 ? null : `v${id % 97}`));

  it('is sent once, whoever shares it, and each visitor by one thread', async () => {
    const shares = [0, 1, 2].flatMap((worker) => [0, 1].map((threadIndex) => ({ workers: 3, worker, threadCount: 2, threadIndex })));
    const parts = await Promise.all(shares.map(async (share) => drained(sourceOf(many, { share }))));
    expect(parts.flat().map(({ id }) => id).sort((a, b) => a - b)).toEqual(many.map((_, id) => id));
    const visitorsOf = parts.map((items) => new Set(items.flatMap(({ visitor }) => visitor ?? [])));
    expect(visitorsOf.reduce((sum, { size }) => sum + size, 0)).toBe(97);
    expect(parts.every((items) => items.length > 300 && items.every(({ dueMs }, at) => dueMs >= (items[at - 1]?.dueMs ?? 0)))).toBe(true);
  });

  it('says what is not sent of it, at its end or where it is given up, once', async () => {
    const said: string[] = [];
    const other = { ...requestAt(1, 1, null), startedMs: null };
    const parts = (nowMs: number): ReplaySource => new ReplaySource({ origin: 'http://h', replay: { speed: 1, loop: true, only: [], session: 'none' }, open: () => reading([requestAt(0, 0, null), other, exchangeOf('3', { method: 'GET', url: 'http://other/', headers: [], body: null }, { startedMs: 1_700_000_000_002 }), requestAt(2, 60_000, null), ...many.map((exchange) => ({ ...exchange, startedMs: (exchange.startedMs ?? 0) + 70_000 }))]), share: alone, nowMs: () => nowMs, skip: 0, onReady: () => undefined, onNotSent: (what) => said.push(what), onOddTimes: () => undefined, onError: (error) => expect(error).toBeNull() });
    const expected = ['1 request without a time', '1 request to other sites than http://h'];
    const early = parts(100);
    await early.overdue(100, 1000);
    expect(said).toEqual(expected);
    await drained(parts(Number.POSITIVE_INFINITY), 12_000);
    expect(said).toEqual([...expected, ...expected]);
  });

  it('belongs to the visitor who logs in by a request that is not sent', async () => {
    const exchange = (id: number, session: string, given: string | null): Exchange => ({ ...requestAt(id, id, session), answer: given === null ? null : { status: 200, headers: [['set-cookie', `session=visitor-${given}`]], text: null, type: null } });
    const source = new ReplaySource({ origin: null, replay: { speed: 1, loop: false, only: [(_, path) => path !== '/1'], session: 'visitor' }, open: () => reading([exchange(0, 'a', null), exchange(1, 'a', 'b'), exchange(2, 'b', null)]), share: alone, nowMs: () => Number.POSITIVE_INFINITY, skip: 0, onReady: () => undefined, onNotSent: () => undefined, onOddTimes: () => undefined, onError: (error) => expect(error).toBeNull() });
    const items = await drained(source);
    expect(items.map(({ id }) => id)).toEqual([0, 2]);
    expect(new Set(items.map(({ visitor }) => visitor)).size).toBe(1);
  });

  it('is read no further ahead than there is room for', async () => {
    let read = 0;
    const endless = async function* (): AsyncGenerator<readonly UnreadExchange[]> {
      for (;;) {
        await Promise.resolve();
        yield [new ReadExchange(requestAt(read++, read, null))];
      }
    };
    const source = new ReplaySource({ origin: null, replay: { speed: 1, loop: false, only: [], session: 'none' }, open: endless, share: alone, nowMs: () => Number.POSITIVE_INFINITY, skip: 0, onReady: () => undefined, onNotSent: () => undefined, onOddTimes: () => undefined, onError: () => undefined });
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
    expect(read).toBeLessThan(1_100);
    source.close();
  });

  it('is read on at the end of a test, to count what was due', async () => {
    const source = sourceOf(many);
    while (source.next === undefined) await new Promise((resolve) => void setImmediate(resolve));
    for (let taken = 0; taken < 10; taken += 1) source.advance();
    expect(await source.overdue(3_999, 10_000)).toEqual({ count: 3_990, isAll: true });
    expect(await sourceOf(many).overdue(100_000, 10_000)).toEqual({ count: 5_000, isAll: true });
    const few = sourceOf([requestAt(0, 0, null), requestAt(1, 500, null)]);
    while (few.next === undefined) await new Promise((resolve) => void setImmediate(resolve));
    expect(await few.overdue(100, 10_000)).toEqual({ count: 1, isAll: true });
  });

  it('is read for so many seconds ahead by who has no share of it, too', async () => {
    let read = 0;
    const endless = async function* (): AsyncGenerator<readonly UnreadExchange[]> {
      for (;;) {
        await Promise.resolve();
        read += 1;
        yield [new ReadExchange(requestAt(read, read * 100, 'one'))];
      }
    };
    const shares = [0, 1].map((threadIndex) => ({ ...alone, threadCount: 2, threadIndex }));
    const sources = shares.map((share) => new ReplaySource({ origin: null, replay: { speed: 1, loop: true, only: [], session: 'visitor' }, open: endless, share, nowMs: () => 0, skip: 0, onReady: () => undefined, onNotSent: () => undefined, onOddTimes: () => undefined, onError: () => undefined }));
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
    // Ten seconds, a request of which comes each 100 ms.
    expect(read).toBeLessThan(120);
    expect(read).toBeGreaterThan(90);
    for (const source of sources) source.close();
  });

  it('goes on behind what a lost thread had dealt with', async () => {
    expect((await drained(sourceOf(many, { skip: 4_997 }))).map(({ id }) => id)).toEqual([4_997, 4_998, 4_999]);
  });

  it('with long pauses, or times that go back, says so once', async () => {
    const said: string[] = [];
    const at = [0, 10, 7_200_010, 7_200_020, 20, 30, 7_200_030].map((ms, id) => requestAt(id, ms, null));
    const items = await drained(sourceOf(at, { speed: 2, onOddTimes: (what) => said.push(what) }));
    expect(items.map(({ dueMs }) => dueMs)).toEqual([0, 5, 3_600_005, 3_600_010, 3_600_010, 3_600_010, 3_600_015]);
    expect(said).toEqual([expect.stringContaining('nothing is due for 1h'), expect.stringContaining('requests that were recorded 2h before those in front of them are sent right behind')]);
  });

  it('begins anew with other visitors', async () => {
    const items = await drained(sourceOf([requestAt(0, 0, 'a'), requestAt(1, 100, 'a')], { loop: true, speed: 2 }), 5);
    expect(items.map(({ dueMs }) => dueMs)).toEqual([0, 50, 100, 150, 200]);
    expect(new Set(items.map(({ visitor }) => visitor)).size).toBe(3);
  });
});

describe('users', () => {
  useFakeTime();

  let stage: Stage;
  let queue: ReplayQueue;
  let late: number[];
  let sent: (readonly [id: number, userIndex: number, atMs: number])[];
  let isOver: boolean;
  let maxUsers: number;
  let takes: number;
  let newVisitors: number;
  let lives: UserRunner[];
  beforeEach(() => {
    stage = new Stage();
    [late, sent, isOver, maxUsers, takes, newVisitors, lives] = [[], [], false, 10, 20, 0, []];
  });

  class Visitor extends User {
    static override tasks = { go: 1 };
    async go(): Promise<void> {
      const work = queue.workOf(runnerOf.get(this) ?? this);
      if (work === null) throw new Error('nothing to do');
      if (work.isNewVisitor) newVisitors += 1;
      sent.push([idOf(work.item), this.environment.userIndex, Math.round(performance.now() - beganMs)]);
      await pause(takes);
      this.record({ type: 't', name: String(idOf(work.item)), elapsedMs: takes });
    }
  }
  const runnerOf = new WeakMap<User, object>();
  let beganMs = 0;

  function begin(exchanges: readonly Exchange[]): void {
    let users = 0;
    queue = new ReplayQueue({
      grow: () => {
        if (users === maxUsers) return false;
        users += 1;
        const life = stage.unborn(stage.plan(Visitor), (gone) => queue.gone(gone));
        runnerOf.set(life.user, life);
        lives.push(life);
        queue.expect(life);
        void life.start();
        return true;
      },
      onDue: () => undefined,
      onBegin: (ms) => late.push(Math.round(ms)),
      onOver: () => (isOver = true),
    });
    stage.gate = new Gate({ iterations: null, permits: null, arrivals: null, classArrivals: { queueOf: () => queue }, limiter: null });
    const source = sourceOf(exchanges, { onReady: () => queue.serve() });
    beganMs = performance.now();
    queue.start(source, sharedNowMs());
  }

  it('come as visitors do, each with one user, and the end is told when the last answer is there', async () => {
    begin([requestAt(0, 0, 'a'), requestAt(1, 0, 'b'), requestAt(2, 100, 'a'), requestAt(3, 150, 'b'), requestAt(4, 160, null)]);
    await pass(165);
    expect(sent).toEqual([[0, 0, 0], [1, 1, 0], [2, 0, 100], [3, 1, 150], [4, 2, 160]]);
    expect([isOver, newVisitors]).toEqual([false, 3]);
    await pass(50);
    expect([isOver, stage.errors]).toEqual([true, []]);
  });

  it('send what is one visitor\'s in its order: a slow answer makes the next late, not others', async () => {
    takes = 100;
    begin([requestAt(0, 0, 'a'), requestAt(1, 10, 'a'), requestAt(2, 20, 'b')]);
    await pass(300);
    expect(sent.map(([id, user]) => [id, user])).toEqual([[0, 0], [2, 1], [1, 0]]);
    // With a turn of the event loop in between.
    expect(late.slice(0, 2)).toEqual([0, 0]);
    expect(late[2]).toBeGreaterThanOrEqual(90);
    expect(stage.fromSchedule.map(([name]) => name)).toEqual(['0', '2', '1']);
    expect(stage.fromSchedule.at(-1)?.[1]).toBeGreaterThanOrEqual(190);
  });

  it('are lent to another visitor when there are as many as there may be, and nothing is dropped', async () => {
    maxUsers = 1;
    begin([requestAt(0, 0, 'a'), requestAt(1, 5, 'b'), requestAt(2, 6, 'a'), requestAt(3, 200, null)]);
    await pass(400);
    expect(sent.map(([id]) => id)).toEqual([0, 2, 1, 3]);
    expect([isOver, stage.gone.length]).toEqual([true, 0]);
  });

  it('that end leave what waits for them to others', async () => {
    takes = 50;
    begin([requestAt(0, 0, 'a'), requestAt(1, 10, 'a')]);
    await pass(20);
    const [first] = sent;
    expect(first?.[0]).toBe(0);
    for (const life of lives) life.kill();
    await pass(300);
    expect(sent.map(([id, user]) => [id, user])).toEqual([[0, 0], [1, 1]]);
    expect(isOver).toBe(true);
  });

  it('that are stopped leave a count of what was due', async () => {
    takes = 1_000;
    begin([requestAt(0, 0, 'a'), requestAt(1, 10, 'a'), requestAt(2, 20, 'a'), requestAt(3, 500, 'b')]);
    await pass(100);
    expect(queue.stop()).toBe(2);
    await pass(1_000);
    expect(sent.map(([id]) => id)).toEqual([0]);
    expect(queue.stop()).toBe(0);
  });
});

describe('the share of a worker', () => {
  it('is told by the master\'s plug-in, which knows who is there', () => {
    expect(replayShare({ parsedOptions: { boomer_workers: [0, 3, 5], expect_workers: 1 }, workerIndex: 3 })).toEqual({ workers: 3, worker: 1 });
    expect(replayShare({ parsedOptions: { boomer_workers: [0, 3] }, workerIndex: 4 })).toEqual({ refused: expect.stringContaining('it joined after the test had begun') as string });
  });

  it('follows from the index else, for as many as the master expects', () => {
    expect(replayShare({ parsedOptions: { expect_workers: 2 }, workerIndex: 1 })).toEqual({ workers: 2, worker: 1 });
    expect(replayShare({ parsedOptions: {}, workerIndex: -1 })).toEqual({ workers: 1, worker: 0 });
    expect(replayShare({ parsedOptions: {}, workerIndex: 1 })).toEqual({ refused: expect.stringContaining('--expect-workers N') as string });
    expect(replayShare({ parsedOptions: { expect_workers: 2 }, workerIndex: -1 })).toEqual({ refused: expect.stringContaining('no index') as string });
  });
});

describe('the memory of replays', () => {
  it('has one beginning for all threads, and one that tells the end', () => {
    const memory = ReplayMemory.create(2);
    const other = new ReplayMemory(memory.memory, 2);
    expect([memory.startMs(0, 1_000.5), other.startMs(0, 2_000), other.startMs(1, 3_000)]).toEqual([1_000.5, 1_000.5, 3_000]);
    expect([memory.end(0, 0, 2), other.end(0, 1, 2), memory.end(1, 0, 2)]).toEqual([false, false, false]);
    expect([other.end(1, 1, 2), other.end(1, 1, 2)]).toEqual([true, false]);
  });

  it('keeps how far each thread has come, until the next run', () => {
    const memory = ReplayMemory.create(2);
    memory.take(1, 1);
    memory.take(1, 1);
    memory.begin(1, 1);
    expect([memory.progress(1, 1), memory.progress(1, 0), memory.progress(0, 1)]).toEqual([{ taken: 2, begun: 1 }, { taken: 0, begun: 0 }, { taken: 0, begun: 0 }]);
    memory.reset();
    expect(memory.progress(1, 1)).toEqual({ taken: 0, begun: 0 });
  });
});
