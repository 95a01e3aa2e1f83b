/** A state for each phase and an event of each kind, to test the machine with. */
import type { ClassInfo } from '../../../../src/engine/shared/messages.ts';
import type { MasterMessage, SpawnData } from '../../../../src/protocol/wire/messages.ts';
import { firstLink, initialState, type AgentState, type Phase } from '../../../../src/protocol/worker/states.ts';
import type { AgentEvent } from '../../../../src/protocol/worker/step.ts';
import { defaultConfig } from '../../../../src/protocol/worker/timings.ts';

/** The instant at which the sample states stand. */
export const nowMs = 100_000;

export const ownClasses: readonly ClassInfo[] = [classInfo('A'), classInfo('B')];

export function classInfo(name: string, more: Partial<ClassInfo> = {}): ClassInfo {
  return { name, weight: 1, fixedCount: 0, arrivals: null, replay: null, host: null, taskNames: ['t'], tasks: [], isTaskList: false, ...more };
}

export function spawnData(timestamp: number, counts: Record<string, number> = { A: 2, B: 1 }, more: Partial<SpawnData> = {}): SpawnData {
  return { timestamp, user_classes_count: counts, host: null, stop_timeout: 3, parsed_options: {}, ...more };
}

export function fromMaster(message: MasterMessage, classes: readonly ClassInfo[] = ownClasses): AgentEvent {
  return { kind: 'message', connection: 0, message, classes };
}

export function spawnEvent(timestamp: number, counts?: Record<string, number>, more?: Partial<SpawnData>): AgentEvent {
  return fromMaster({ type: 'spawn', data: spawnData(timestamp, counts, more) });
}

export const ackEvent: AgentEvent = fromMaster({ type: 'ack', data: { index: 4 } });
export const stopEvent: AgentEvent = fromMaster({ type: 'stop' });
export const quitEvent: AgentEvent = fromMaster({ type: 'quit' });
export const replyEvent: AgentEvent = fromMaster({ type: 'heartbeat' });

/** A worker that runs users of generation 5, stop timeout 3 s, last spawn stamped 50 s. */
const registered: AgentState = {
  ...initialState(defaultConfig, 0),
  link: { ...firstLink, standing: 'good' },
  beats: { heartbeatAtMs: nowMs + 500, statsAtMs: nowMs + 1_500, logsAtMs: nowMs + 5_000 },
  workerIndex: 4,
  lastReplyMs: nowMs - 500,
  unansweredHeartbeats: 0,
  lastSpawnTimestamp: 50,
  generation: 5,
  stopTimeoutMs: 3_000,
  plan: { mode: 'byName', unknownNames: [] },
};

const phases: { readonly [Name in Phase['name']]: Extract<Phase, { name: Name }> } = {
  connecting: { name: 'connecting', tries: 1, retryAtMs: nowMs + 5_000, pendingSpawn: null },
  ready: { name: 'ready' },
  spawning: { name: 'spawning', generation: 5 },
  running: { name: 'running' },
  stopping: { name: 'stopping', generation: 5, deadlineMs: nowMs + 8_000, pendingSpawn: null, then: 'signOff' },
  rejoining: { name: 'rejoining', sentAtMs: nowMs - 10, dueAtMs: nowMs + 4_990, answersUntilKnown: 1, pendingSpawn: null },
  quitting: {
    name: 'quitting',
    generation: 5,
    deadlineMs: nowMs + 8_000,
    flushAtMs: nowMs + 50,
    quitAtMs: nowMs - 50,
    exitCode: 0,
    hurried: false,
  },
  parting: { name: 'parting', untilMs: nowMs + 900, atLatestMs: nowMs + 5_000, noteAtMs: nowMs + 500, exitCode: 0 },
  closed: { name: 'closed', exitCode: 0 },
};

export const phaseNames = Object.keys(phases) as readonly Phase['name'][];

export function stateIn(name: Phase['name'], changes: Partial<AgentState> = {}): AgentState {
  const base: AgentState =
    name === 'connecting'
      ? { ...initialState(defaultConfig, nowMs), link: { ...firstLink, standing: 'good' }, phase: phases.connecting }
      : { ...registered, phase: phases[name], ...(name === 'closed' ? { beats: null } : {}) };
  return { ...base, ...changes };
}

export const samples: Readonly<Record<string, AgentEvent>> = {
  'tick, nothing due': { kind: 'tick' },
  signal: { kind: 'signal' },
  ack: ackEvent,
  'newer spawn': spawnEvent(51),
  'stale spawn': spawnEvent(50),
  stop: stopEvent,
  quit: quitEvent,
  heartbeat: replyEvent,
  reconnect: fromMaster({ type: 'reconnect' }),
  spawning_complete: fromMaster({ type: 'spawning_complete', data: { user_count: 9 } }),
  update_user_class: fromMaster({ type: 'update_user_class', data: { user_class_name: 'A', tasks: ['t'], attributes: { host: 'h' } } }),
  locustfile: fromMaster({ type: 'locustfile', data: { error: 'no' } }),
  custom: fromMaster({ type: 'custom', name: 'their_type', data: [1] }),
  'users reached': { kind: 'users', generation: 5, counts: { A: 2, B: 1 }, reached: true },
  'users on the way': { kind: 'users', generation: 5, counts: { A: 1, B: 1 }, reached: false },
  'users of an old wish': { kind: 'users', generation: 4, counts: { A: 1, B: 1 }, reached: true },
  'users stopped': { kind: 'usersStopped', generation: 5 },
  'users of an old stop': { kind: 'usersStopped', generation: 4 },
  exception: { kind: 'exception', message: 'boom', trace: 'at x.ts:1', count: 1, isOutsideTask: false },
  'custom from a user': { kind: 'customFromUser', type: 'our_type', data: { n: 1 } },
  stopTest: { kind: 'stopTest', reason: 'enough' },
};
