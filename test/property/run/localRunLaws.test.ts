/** Whatever comes up, in whatever order: a run keeps to its plan and ends exactly once. */
import fc from 'fast-check';
import type { LocalPlan } from '../../../src/run/loadPlan.ts';
import type { EndReason } from '../../../src/report/runView.ts';
import { classOf, LocalRunScene, stages, steady, sum } from '../../unit/run/localRunScene.ts';

const load: fc.Arbitrary<LocalPlan['load']> = fc.oneof(
  fc.tuple(fc.nat(60), fc.double({ min: 0.2, max: 300, noNaN: true })).map(([users, perSec]) => steady(users, perSec)),
  fc.array(fc.tuple(fc.nat(5_000), fc.nat(60)), { minLength: 1, maxLength: 4 }).map((list) => stages(...list)),
);

const plan = fc.record({
  load,
  runTimeMs: fc.option(fc.nat(20_000)),
  iterations: fc.option(fc.integer({ min: 1, max: 50 })),
  warmUpMs: fc.oneof(fc.constant(0), fc.nat(10_000)),
  countsFromSpawned: fc.boolean(),
  isOpen: fc.boolean(),
  arrivalsMs: fc.option(fc.integer({ min: 1, max: 20_000 })),
  stopTimeoutMs: fc.oneof(fc.constant(0), fc.nat(5_000)),
}).map((some) => ({ ...some, arrivalsMs: some.isOpen && some.load.kind === 'steady' ? some.arrivalsMs : null }));

const below = fc.record({
  spawnMs: fc.nat(200),
  finishMs: fc.nat(5_000),
  classes: fc.constantFrom([classOf('A', 1)], [classOf('A', 3), classOf('B', 0.5), classOf('F', 1, 4)], [classOf('F', 1, 7), classOf('G', 2, 2)]),
});

const reason = fc.constantFrom<EndReason[]>({ kind: 'key' }, { kind: 'signal', signal: 'SIGINT' }, { kind: 'threshold', expression: 'x' }, { kind: 'error', reason: 'y' });

type Move = (scene: LocalRunScene) => void;

const calm: fc.Arbitrary<Move> = fc.oneof(
  fc.nat(3_000).map((ms): Move => (scene) => scene.pass(ms)),
  fc.tuple(fc.nat(2), fc.nat(70), fc.boolean()).map(([age, users, reached]): Move => ({ run, generation }) => {
    run.input({ kind: 'users', generation: generation - age, counts: { A: users }, reached });
  }),
  fc.nat(1).map((age): Move => ({ run, generation }) => run.input({ kind: 'usersStopped', generation: generation - age })),
  fc.nat(60).map((left): Move => (scene) => {
    if (scene.iterationsLeft !== null) scene.iterationsLeft = Math.min(left, scene.iterationsLeft);
  }),
  fc.constant<Move>(({ run }) => void run.status()),
);
const key = fc.constantFrom(1, 10, -1, -10).map((by): Move => ({ run }) => run.changeUsers(by));
const stop = fc.oneof(
  reason.map((why): Move => ({ run }) => run.stop(why)),
  fc.constant<Move>(({ run }) => run.input({ kind: 'stopTest', reason: 'z' })),
);
const anything = fc.oneof({ arbitrary: calm, weight: 12 }, { arbitrary: key, weight: 2 }, { arbitrary: stop, weight: 1 });

test('it ends exactly once, after which nothing goes down; orders are in order, apart, and never come after the end began', () => {
  fc.assert(
    fc.property(plan, below, fc.array(anything, { maxLength: 25 }), (wanted, users, moves) => {
      const scene = new LocalRunScene(wanted, users);
      for (const move of moves) move(scene);
      scene.run.stop({ kind: 'key' });
      scene.pass(20_000);
      expect(scene.ended).toHaveLength(1);
      expect(scene.calls.at(-1)?.[1]).toBe('onOver');
      expect(scene.timersLeft).toBe(0);
      expect(scene.logs.filter((line) => line.startsWith('error'))).toEqual([]); // what the scene complains of
      const names = scene.calls.map(([, name]) => name);
      if (names.includes('stopUsers')) expect(names.lastIndexOf('setUsers')).toBeLessThan(names.indexOf('stopUsers'));
      const askedMs = scene.asked().map(([atMs]) => atMs);
      expect(askedMs.every((atMs, index) => index === 0 || atMs - (askedMs[index - 1] ?? 0) >= 50)).toBe(true);
      expect(names.filter((name) => name === 'onCounting').length).toBeLessThanOrEqual(1);
      expect(names.filter((name) => name === 'startArrivals').length).toBeLessThanOrEqual(wanted.isOpen ? 1 : 0);
      // Whoever looks on must be able to show it.
      const { progress, phase } = scene.run.status();
      expect(progress === null || (progress >= 0 && progress <= 1)).toBe(true);
      expect(phase).toBe('stopping');
    }),
  );
});

test('users asked for are never more than the plan has at that moment, and all of them at its end', () => {
  fc.assert(
    fc.property(load, below, (wanted, users) => {
      const scene = new LocalRunScene({ load: wanted }, users);
      const most = users.classes.every(({ fixedCount }) => fixedCount > 0) ? sum(Object.fromEntries(users.classes.map(({ name, fixedCount }) => [name, fixedCount]))) : Infinity;
      scene.pass(400_000);
      const asked = scene.asked();
      if (wanted.kind === 'steady') {
        expect(asked.every(([atMs, count]) => count <= Math.min(wanted.users, (wanted.spawnPerSec * atMs) / 1000 + 1 + 1e-6))).toBe(true);
        expect(asked.every(([, count], index) => count > (asked[index - 1]?.[1] ?? 0))).toBe(true);
        expect(sum(scene.counts)).toBe(Math.min(wanted.users, most));
        const lateMs = (asked.at(-1)?.[0] ?? 0) - (Math.max(0, Math.min(wanted.users, most) - 1) * 1000) / wanted.spawnPerSec;
        expect(lateMs).toBeLessThanOrEqual(51); // the step between two orders
      } else if (wanted.kind === 'stages') {
        expect(asked.every(([, count]) => count <= Math.min(most, Math.max(...wanted.stages.map((stage) => stage.users))))).toBe(true);
        expect(scene.ended).toEqual([{ kind: 'stages' }]);
      }
    }),
  );
});
