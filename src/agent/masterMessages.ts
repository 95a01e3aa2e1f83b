/** What each message of the master brings about, phase by phase (Locust runners.py:1367-1450). */
import { log, type Effect } from './effects.ts';
import type { AgentEvent } from './events.ts';
import { countAnswer, countHeartbeat } from './heartbeats.ts';
import { beginQuit } from './quitting.ts';
import { acceptSpawn, becomeReady } from './spawning.ts';
import { wireState, type AgentState, type PendingSpawn } from './states.ts';
import { andThen, enter, stay, type Step } from './step.ts';
import { onStop } from './stopping.ts';

type MessageEvent = Extract<AgentEvent, { kind: 'message' }>;

/** One message of the master, in any phase. */
export function onMessage(state: AgentState, { message, classes }: MessageEvent, nowMs: number): Step {
  if (state.phase.name === 'closed') return stay(state);
  switch (message.type) {
    case 'ack':
      return onAck({ ...state, workerIndex: message.data.index ?? state.workerIndex }, nowMs);
    case 'spawn':
      return onSpawn(state, { spawn: message.data, classes });
    case 'stop':
      return onStop(state, nowMs);
    case 'quit':
      return beginQuit(state, nowMs, 0, 'the master says quit: users are stopping, then this worker quits');
    case 'heartbeat':
      return stay(countAnswer(state, nowMs));
    case 'reconnect':
      return onReconnect(state);
    case 'spawning_complete':
      return stay(
        state,
        ...(state.resetsStats ? [{ kind: 'discardStats' } as const] : []),
        { kind: 'spawningComplete', userCount: message.data.user_count },
      );
    case 'update_user_class': {
      const { user_class_name: className, tasks, attributes } = message.data;
      return stay(state, {
        kind: 'updateUserClass',
        className,
        attributes: tasks === null ? attributes : { ...attributes, tasks },
      });
    }
    case 'locustfile':
      return stay(state, log('debug', 'the master sent a locustfile, which is of no use here'));
    case 'custom':
      return stay(state, { kind: 'deliver', type: message.name, data: message.data });
  }
}

/** The first `ack` starts heartbeats, reports and logs, all three at once (Locust runners.py:1252-1255). */
function onAck(state: AgentState, nowMs: number): Step {
  const { phase } = state;
  if (phase.name === 'rejoining' && phase.sentAtMs !== null) return becomeReady(state, phase.pendingSpawn);
  if (phase.name !== 'connecting') return stay(state);
  const { timings, masterAddress } = state.config;
  const index = state.workerIndex < 0 ? '' : ` as worker ${state.workerIndex}`;
  const held = state.held.map((message): Effect => ({ kind: 'send', message }));
  const beats = {
    heartbeatAtMs: nowMs + timings.heartbeatMs,
    statsAtMs: nowMs + timings.statsMs,
    logsAtMs: nowMs + timings.logsMs,
  };
  const first = enter(
    { ...countHeartbeat(state), beats, held: [] },
    { name: 'ready' },
    log('info', `connected to the master at ${masterAddress}${index}`),
    { kind: 'sendHeartbeat', state: 'ready' },
    { kind: 'sendStats', plan: state.plan },
    { kind: 'sendLogs' },
    ...held,
  );
  return andThen(first, (next) => becomeReady(next, phase.pendingSpawn));
}

function onSpawn(state: AgentState, pendingSpawn: PendingSpawn): Step {
  const { phase } = state;
  switch (phase.name) {
    case 'ready':
    case 'spawning':
    case 'running':
      return acceptSpawn(state, pendingSpawn);
    case 'connecting':
    case 'stopping':
    case 'rejoining': {
      const waiting = phase.pendingSpawn;
      const isNewest = waiting === null || pendingSpawn.spawn.timestamp > waiting.spawn.timestamp;
      return isNewest ? enter(state, { ...phase, pendingSpawn }) : stay(state);
    }
    case 'quitting':
    case 'closed':
      return stay(state, log('debug', 'a spawn came while this worker ends; it is left out'));
  }
}

/** Nothing is sent again: the master knows this worker, only the connection is renewed (Locust runners.py:1429-1431). */
function onReconnect(state: AgentState): Step {
  if (state.phase.name === 'connecting') return stay(state);
  return stay(
    countHeartbeat(state),
    log('warning', 'the master could not read something from this worker and asks for a new connection'),
    { kind: 'reconnect', state: wireState(state.phase) },
  );
}
