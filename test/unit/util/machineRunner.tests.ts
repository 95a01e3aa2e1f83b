/** One event at a time, effects in order, one timer: with a machine that counts, on a clock of its own. */
import { MachineRunner, type MachineOptions } from '../../../src/util/machineRunner.ts';

type Event = { readonly kind: 'tick' } | { readonly kind: 'add'; readonly by: number } | { readonly kind: 'broken' };
type Effect = { readonly kind: 'say' | 'fail' | 'echo'; readonly total: number };
type Options = Partial<MachineOptions<number, Event, Effect>>;

class Scene {
  nowMs = 0;
  readonly said: string[] = [];
  readonly logs: string[] = [];
  readonly timers: { readonly dueMs: number; readonly work: () => void }[] = [];
  readonly runner: MachineRunner<number, Event, Effect>;

  constructor(options: Options = {}) {
    this.runner = new MachineRunner<number, Event, Effect>({
      state: 0,
      step: (total, event) => {
        if (event.kind === 'broken') throw new Error('no such event');
        const next = total + (event.kind === 'add' ? event.by : 100);
        return { state: next, effects: [{ kind: 'say', total: next }] };
      },
      carryOut: ({ kind, total }) => {
        if (kind === 'fail') throw new Error('it fails');
        this.said.push(`${kind} ${total}`);
      },
      tick: { kind: 'tick' },
      dueMs: () => null,
      nowMs: () => this.nowMs,
      setTimer: (work, delayMs) => {
        const timer = { dueMs: this.nowMs + delayMs, work };
        this.timers.push(timer);
        return () => void this.timers.splice(this.timers.indexOf(timer), 1);
      },
      log: (level, text) => this.logs.push(`${level}: ${text}`),
      ...options,
    });
  }
}

test('begins with the effects of the first state, then does what is due', () => {
  const scene = new Scene();
  scene.runner.start([{ kind: 'echo', total: 0 }]);
  expect(scene.said).toEqual(['echo 0', 'say 100']);
  expect(scene.runner.state).toBe(100);
});

test('an event from within an effect waits until all effects of its step are carried out', () => {
  const said: string[] = [];
  const scene: Scene = new Scene({
    step: (total, event) => ({ state: total + 1, effects: event.kind === 'add' ? [{ kind: 'echo', total: event.by }, { kind: 'say', total: event.by }] : [] }),
    carryOut: ({ kind, total }) => {
      said.push(`${kind} ${total}`);
      if (kind === 'echo' && total === 1) scene.runner.handle({ kind: 'add', by: 2 });
    },
  });
  scene.runner.handle({ kind: 'add', by: 1 });
  expect(said).toEqual(['echo 1', 'say 1', 'echo 2', 'say 2']);
});

test('neither a step nor an effect that throws stops it', () => {
  const scene = new Scene({ nameOf: ({ kind }) => `to ${kind}` });
  scene.runner.handle({ kind: 'broken' });
  void scene.runner.carryOut([{ kind: 'fail', total: 1 }, { kind: 'say', total: 2 }]);
  scene.runner.handle({ kind: 'add', by: 3 });
  expect(scene.logs).toEqual(['error: an event of kind broken could not be handled: Error: no such event', 'error: to fail failed: Error: it fails']);
  expect(scene.said).toEqual(['say 2', 'say 3']);
});

test('has one timer, for the next moment at which time brings something about', () => {
  const scene = new Scene({ dueMs: (total) => (total < 300 ? total + 0.5 : null) });
  scene.runner.start();
  scene.runner.handle({ kind: 'add', by: 50 });
  expect(scene.timers.map(({ dueMs }) => dueMs)).toEqual([151]);
  scene.nowMs = 151;
  scene.timers[0]?.work();
  expect(scene.said.at(-1)).toBe('say 250');
  expect(scene.timers.map(({ dueMs }) => dueMs)).toEqual([251]);
  scene.runner.handle({ kind: 'add', by: 50 });
  expect(scene.timers).toEqual([]);
});

test('a time that is over already is looked for once a millisecond, not without end', () => {
  const scene = new Scene({ dueMs: () => -5 });
  scene.runner.start();
  expect(scene.timers.map(({ dueMs }) => dueMs)).toEqual([1]);
});

test('while it is held events wait, in their order', () => {
  let isHeld = true;
  const scene = new Scene({ isHeld: () => isHeld });
  scene.runner.handle({ kind: 'add', by: 1 });
  scene.runner.handle({ kind: 'add', by: 2 });
  expect(scene.said).toEqual([]);
  isHeld = false;
  scene.runner.goOn();
  expect(scene.said).toEqual(['say 1', 'say 3']);
});

test('what comes after all others is handled before the timer is set', () => {
  const due: Event[] = [{ kind: 'add', by: 7 }];
  const scene = new Scene({ comesAfter: () => due.splice(0), dueMs: (total) => total });
  scene.runner.handle({ kind: 'add', by: 1 });
  expect(scene.said).toEqual(['say 1', 'say 8']);
  expect(scene.timers.map(({ dueMs }) => dueMs)).toEqual([8]);
});

test('who comes between the effects of one step carries them out when it likes', () => {
  const kept: Effect[] = [];
  const scene = new Scene({ carryOutStep: (effects) => kept.push(...effects) });
  scene.runner.handle({ kind: 'add', by: 1 });
  expect(scene.said).toEqual([]);
  void scene.runner.carryOut(kept);
  expect(scene.said).toEqual(['say 1']);
});

test('an effect that takes its time holds back those after it, and events, in their order', async () => {
  const said: string[] = [];
  let end: (error?: Error) => void = () => undefined;
  const scene = new Scene({
    step: (total, event) => ({ state: total + 1, effects: event.kind === 'add' ? [{ kind: 'echo', total: event.by }, { kind: 'say', total: event.by }] : [] }),
    carryOut: ({ kind, total }) => {
      said.push(`${kind} ${total}`);
      return kind === 'say' ? undefined : new Promise((resolve, reject) => (end = (error) => (error === undefined ? resolve() : reject(error))));
    },
    comesAfter: () => (said.push('after'), []),
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  scene.runner.handle({ kind: 'add', by: 1 });
  scene.runner.handle({ kind: 'add', by: 2 });
  await turn();
  expect(said).toEqual(['echo 1']);
  end();
  await turn();
  expect(said).toEqual(['echo 1', 'say 1', 'echo 2']);
  end(new Error('it fails'));
  await turn();
  expect(said).toEqual(['echo 1', 'say 1', 'echo 2', 'say 2', 'after']);
  expect(scene.logs).toEqual(['error: echo failed: Error: it fails']);
});

test('the machine is told how long it stood still, before the events that waited', async () => {
  let end: () => void = () => undefined;
  const handled: string[] = [];
  const scene = new Scene({
    step: (total, event) => {
      handled.push(event.kind === 'add' ? `add ${event.by}` : event.kind);
      return { state: total, effects: event.kind === 'add' && event.by === 1 ? [{ kind: 'say', total }] : [] };
    },
    carryOut: () => new Promise((resolve) => (end = resolve)),
    afterHold: (ms) => ({ kind: 'add', by: ms }),
  });
  scene.runner.handle({ kind: 'add', by: 1 });
  scene.runner.handle({ kind: 'tick' });
  scene.nowMs = 700;
  end();
  await new Promise((resolve) => setImmediate(resolve));
  expect(handled).toEqual(['add 1', 'add 700', 'tick']);
});
