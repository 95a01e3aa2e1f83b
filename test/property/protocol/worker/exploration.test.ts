/**
 * Every order of what can happen to a worker, to a depth that finishes (`BOOMER_EXPLORATION_DEPTH`, 6; a release is explored to 7). In each state:
 *
 * - never deaf: where the master is heard and the worker is not on its way out, a newer spawn sets the users;
 * - never two of it: no second `client_ready` on a connection before an `ack` or an answer, unless the master has just said that it does not
 *   know this worker;
 * - no report lost or twice: each is taken, in doubt, or still waited for;
 * - nothing about spawning into the dark;
 * - it always ends: left alone, with users that stop when told.
 */
import { nextDueMs } from '../../../../src/protocol/worker/clock.ts';
import type { AgentEvent } from '../../../../src/protocol/worker/step.ts';
import { step } from '../../../../src/protocol/worker/machine.ts';
import type { AgentState } from '../../../../src/protocol/worker/states.ts';
import { fromMaster, nowMs, spawnEvent, stateIn } from '../../../unit/protocol/worker/samples.ts';

type Node = { readonly state: AgentState; readonly atMs: number; readonly open: number; readonly readyOn: number; readonly spawns: number };

const depth = Number(process.env['BOOMER_EXPLORATION_DEPTH'] ?? 6);

const moves: readonly ((node: Node) => { readonly event: AgentEvent; readonly afterMs: number })[] = [
  ({ state }) => ({ event: { kind: 'up', connection: state.link.connection }, afterMs: 1 }),
  ({ state }) => ({ event: { kind: 'down', connection: state.link.connection }, afterMs: 1 }),
  ({ state }) => ({ event: { kind: 'up', connection: state.link.side?.connection ?? -1 }, afterMs: 1 }),
  ({ state }) => ({ event: { ...fromMaster({ type: 'quit' }), connection: state.link.side?.connection ?? -1 } as AgentEvent, afterMs: 1 }),
  ...[{ type: 'heartbeat' } as const, { type: 'ack', data: { index: 4 } } as const, { type: 'stop' } as const, { type: 'quit' } as const].map(
    (message) => ({ state }: Node) => ({ event: { ...fromMaster(message), connection: state.link.connection } as AgentEvent, afterMs: 1 }),
  ),
  ({ state }) => ({ event: { ...fromMaster({ type: 'custom', name: 'boomer_test_state', data: { isOn: false } }), connection: state.link.connection } as AgentEvent, afterMs: 1 }),
  ({ state, spawns }) => ({ event: { ...spawnEvent(60 + spawns), connection: state.link.connection } as AgentEvent, afterMs: 1 }),
  ({ state }) => ({ event: { kind: 'usersStopped', generation: state.generation }, afterMs: 1 }),
  ({ state }) => ({ event: { kind: 'users', generation: state.generation, counts: { A: 2, B: 1 }, reached: true }, afterMs: 1 }),
  () => ({ event: { kind: 'tick' }, afterMs: 3_000 }),
];

function move(node: Node, next: (typeof moves)[number]): Node {
  const { event, afterMs } = next(node);
  const atMs = node.atMs + afterMs;
  const { state, effects } = step(node.state, event, atMs);
  let { open, readyOn } = node;
  if (event.kind === 'message' && (event.message.type === 'ack' || event.message.type === 'heartbeat')) readyOn = -1;
  for (const effect of effects) {
    if (effect.kind === 'sendStats') open += 1;
    if (effect.kind === 'reportsTaken') open -= effect.count;
    if (effect.kind === 'reportsInDoubt') open = 0;
    if (open < 0) throw new Error('a report was taken twice');
    const isReady = effect.kind === 'register' || (effect.kind === 'send' && effect.message.type === 'client_ready');
    if (isReady && node.state.link.standing !== 'unknown' && readyOn === state.link.connection) throw new Error('client_ready twice on one connection');
    if (isReady) readyOn = state.link.connection;
    if (effect.kind === 'send' && effect.message.type === 'spawning_complete' && state.link.standing !== 'good') throw new Error('spawning_complete into the dark');
  }
  if (open !== state.link.unconfirmed.length) throw new Error(`${open} reports of an open fate, ${state.link.unconfirmed.length} waited for, after ${JSON.stringify(event)} in ${JSON.stringify(node.state.phase)} ${JSON.stringify(node.state.link)}`);
  return { state, atMs, open, readyOn, spawns: node.spawns + (event.kind === 'message' && event.message.type === 'spawn' ? 1 : 0) };
}

/** Nobody says anything any more, users stop when told. */
function endsAlone({ state: from, atMs: fromMs }: Node): boolean {
  let [state, atMs] = [from, fromMs];
  for (let turn = 0; turn < 2_000 && state.phase.name !== 'closed'; turn += 1) {
    const due = nextDueMs(state);
    if (due === null) return false;
    atMs = Math.max(atMs, due);
    state = step(state, { kind: 'tick' }, atMs).state;
    state = step(state, { kind: 'usersStopped', generation: state.generation }, atMs).state;
  }
  return state.phase.name === 'closed';
}

/** A worker that the master hears, and that is not on its way out, does what a newer spawn says. */
function isDeaf({ state, atMs, spawns }: Node): boolean {
  const listens = state.link.standing === 'good' && (state.phase.name === 'ready' || state.phase.name === 'spawning' || state.phase.name === 'running');
  if (!listens) return false;
  const event = { ...spawnEvent(1_000 + spawns), connection: state.link.connection } as AgentEvent;
  const { effects } = step(state, event, atMs);
  return !effects.some(({ kind }) => kind === 'setUsers');
}

test.each([
  ['a worker that runs users', stateIn('running')],
  // An answer is missing: what it says last waits for a connection.
  ['one that ends, on a connection that may be dead', stateIn('quitting', { unansweredHeartbeats: 1, link: { ...stateIn('quitting').link, owedSinceMs: nowMs - 1_500 } })],
])(`all orders of ${moves.length} events, ${depth} deep, from %s`, (_, first) => {
  let frontier: readonly Node[] = [{ state: first, atMs: nowMs, open: 0, readyOn: -1, spawns: 0 }];
  const seen = new Set<string>();
  for (let level = 0; level < depth; level += 1) {
    const next: Node[] = [];
    for (const node of frontier) {
      for (const one of moves) {
        const reached = move(node, one);
        const key = JSON.stringify([{ ...reached.state, config: null }, reached.readyOn, reached.atMs]);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(reached);
        if (!endsAlone(reached)) throw new Error(`does not end: ${key}`);
        if (isDeaf(reached)) throw new Error(`is deaf: ${key}`);
      }
    }
    frontier = next;
  }
  expect(seen.size).toBeGreaterThan(1_000);
});
