/** Whatever comes, in whatever order and after whatever stalls: what must never be said is never said. */
import fc from 'fast-check';
import { nextDueMs } from '../../../../src/protocol/worker/clock.ts';
import type { AgentEvent } from '../../../../src/protocol/worker/step.ts';
import { ackEvent, fromMaster, spawnEvent, stopEvent } from '../../../unit/protocol/worker/samples.ts';
import { Simulation } from '../../../unit/protocol/worker/simulation.ts';

type Move =
  | { readonly passMs: number }
  | { readonly stallMs: number }
  | { readonly answering: boolean }
  /** What the master held back, or what was not read before, is read now: it never answers what nobody sent. */
  | { readonly answers: number }
  | ((simulation: Simulation) => AgentEvent);

const message = (name: 'stop' | 'quit' | 'reconnect'): Move => () => fromMaster({ type: name });

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.integer({ min: 0, max: 12_000 }).map((passMs): Move => ({ passMs })),
  fc.integer({ min: 0, max: 75_000 }).map((stallMs): Move => ({ stallMs })),
  fc.boolean().map((answering): Move => ({ answering })),
  fc.integer({ min: 1, max: 3 }).map((answers): Move => ({ answers })),
  fc.constantFrom(message('stop'), message('quit'), message('reconnect')),
  fc.constant<Move>(() => ackEvent),
  fc.boolean().map((isOn): Move => () => fromMaster({ type: 'custom', name: 'boomer_test_state', data: { isOn } })),
  fc.constant<Move>(({ state }) => ({ kind: 'down', connection: state.link.connection })),
  fc.constant<Move>(({ state }) => ({ kind: 'up', connection: state.link.connection })),
  fc
    .tuple(fc.integer({ min: 0, max: 30 }), fc.dictionary(fc.constantFrom('A', 'B', 'X'), fc.nat(5)), fc.constantFrom(0, 2, 20))
    .map(([timestamp, counts, stopTimeout]): Move => () => spawnEvent(timestamp, counts, { stop_timeout: stopTimeout })),
  fc
    .tuple(fc.integer({ min: 0, max: 2 }), fc.boolean())
    .map(([age, reached]): Move => ({ state }) => ({ kind: 'users', generation: state.generation - age, counts: { A: 1, B: 0 }, reached })),
  fc.integer({ min: 0, max: 2 }).map((age): Move => ({ state }) => ({ kind: 'usersStopped', generation: state.generation - age })),
  fc.constant<Move>(() => ({ kind: 'stopTest', reason: 'r' })),
  fc.constant<Move>(() => ({ kind: 'customFromUser', type: 'c', data: 1 })),
);

const withSignals = fc.oneof({ arbitrary: move, weight: 20 }, { arbitrary: fc.constant<Move>(() => ({ kind: 'signal' })), weight: 1 });

/** Of any length up to 60: by itself fast-check keeps to ten. */
const moveLists = fc.array(withSignals, { maxLength: 60, size: 'max' });

function run(moves: readonly Move[]): readonly string[] {
  const simulation = new Simulation();
  for (const next of moves) {
    if (typeof next === 'function') simulation.tell(next(simulation));
    else if ('passMs' in next) simulation.pass(next.passMs);
    else if ('stallMs' in next) simulation.stall(next.stallMs);
    else if ('answers' in next) for (let left = next.answers; left > 0 && simulation.answerOne(); left--);
    else simulation.isMasterAnswering = next.answering;
  }
  simulation.tell({ kind: 'tick' });
  const due = nextDueMs(simulation.state);
  if (due !== null && due <= simulation.nowMs) throw new Error('something is still due after a tick: a timer would spin');
  return simulation.transcript;
}

test('nothing is said before the first ack but client_ready, and nothing at all after the exit', () => {
  fc.assert(
    fc.property(moveLists, (moves) => {
      const said = run(moves);
      const sent = said.filter((name) => !['ACK', 'ANSWER', 'deliver'].includes(name));
      const firstAck = said.indexOf('ACK');
      const before = firstAck < 0 ? said : said.slice(0, firstAck);
      expect(before.filter((name) => !['client_ready', 'exit', 'deliver', 'open', 'drop'].includes(name))).toEqual([]);
      const exit = sent.indexOf('exit');
      if (exit >= 0) expect(sent.slice(exit + 1)).toEqual([]);
      expect(sent.filter((name) => name === 'exit').length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2_000 },
  );
});

test('between client_stopped and a new registration nothing is said about spawning', () => {
  fc.assert(
    fc.property(moveLists, (moves) => {
      let isRegistered = false;
      let isReadySaid = false;
      /** Of each heartbeat without an answer: whether `client_ready` went before it. */
      const unanswered: boolean[] = [];
      for (const name of run(moves)) {
        if (name === 'client_ready') isReadySaid = true;
        if (name === 'ACK' && isReadySaid) isRegistered = true;
        if (name === 'sendHeartbeat' || name === 'reconnect') unanswered.push(isReadySaid);
        // A master that answers a heartbeat sent after `client_ready` has registered this worker, though its ack was lost.
        if (name === 'ANSWER' && unanswered.shift() === true) isRegistered = true;
        if (name === 'client_stopped' || name === 'quit') {
          isRegistered = isReadySaid = false;
          unanswered.fill(false);
        }
        if (name === 'spawning' || name === 'spawning_complete') expect(isRegistered).toBe(true);
      }
    }),
    {
      numRuns: 2_000,
      examples: [
        // What the master answered before it read `client_stopped` is read when a stall is over.
        [[() => ackEvent, { answering: false }, { passMs: 1_000 }, () => stopEvent, { stallMs: 5_000 }, () => spawnEvent(10), { answers: 1 }]],
        // The patience of a worker that ends was over before it had to have any.
        [[{ answering: false }, () => ackEvent, () => spawnEvent(1, { A: 1 }, { stop_timeout: 0 }), () => ({ kind: 'signal' }), { stallMs: 112_001 }, { answers: 1 }, { stallMs: 606 }, { passMs: 7_393 }]],
        // Two stops later.
        [[() => ackEvent, { answering: false }, { passMs: 1_000 }, () => stopEvent, () => ackEvent, () => stopEvent, { answers: 1 }, () => spawnEvent(10), { passMs: 5_000 }]],
      ],
    },
  );
});

test('each client_stopped comes right after a report and is followed by client_ready before another', () => {
  fc.assert(
    fc.property(moveLists, (moves) => {
      const said = run(moves).filter((name) => ['sendStats', 'client_stopped', 'client_ready', 'quit'].includes(name));
      said.forEach((name, index) => {
        if (name === 'client_stopped') expect([said[index - 1], said[index + 1]]).toEqual(['sendStats', 'client_ready']);
        if (name === 'quit') expect(said[index + 1]).toBe(undefined);
      });
    }),
    { numRuns: 2_000 },
  );
});
