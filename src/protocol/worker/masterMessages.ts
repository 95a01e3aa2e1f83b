/** What each message of the master brings about, phase by phase (Locust runners.py:1367-1450). */
import { log } from './effects.ts';
import type { AgentEvent } from './events.ts';
import { countAnswer, sendHeartbeat, sendReport } from './heartbeats.ts';
import { replaceConnection, sendHeld, withLink } from './linkChanges.ts';
import { onSideAnswer } from './linkEvents.ts';
import { onAckOfStranger, onKnown, onUnknown } from './masterBack.ts';
import { beginQuit, end, onLastAnswer } from './quitting.ts';
import { acceptSpawn, becomeReady, isStale } from './spawning.ts';
import type { AgentState, PendingSpawn } from './states.ts';
import { andThen, enter, stay, type Step } from './step.ts';
import { onStop, onTestState } from './stopping.ts';
import { testStateMessage } from './testCheck.ts';

type MessageEvent = Extract<AgentEvent, { kind: 'message' }>;

/** One message of the master, in any phase. */
export function onMessage(state: AgentState, { connection, message, classes }: MessageEvent, nowMs: number): Step {
  if (state.phase.name === 'closed') return stay(state);
  if (connection === state.link.side?.connection) return message.type === 'quit' ? onSideAnswer(state, nowMs) : stay(state);
  // What a connection that was given up still brings.
  if (connection !== state.link.connection) return stay(state);
  if (state.phase.name === 'parting') return onMessageAtEnd(state, state.phase.exitCode, message, nowMs);
  switch (message.type) {
    case 'ack':
      return onAck(state, message.data.index, nowMs);
    case 'spawn':
      return onSpawn(state, { spawn: message.data, classes });
    case 'stop':
      return onStop(state, nowMs);
    case 'quit':
      if (state.link.isAsked) return onUnknown(state, nowMs);
      // It is there, however late its answers are.
      return beginQuit(withLink(state, { owedSinceMs: state.link.owedSinceMs === null ? null : nowMs }), nowMs, 0, 'the master says quit: users are stopping, then this worker quits');
    case 'heartbeat':
      return onAnswer(state, nowMs);
    case 'reconnect':
      return onReconnect(state, nowMs);
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
      if (message.name === testStateMessage) return onTestState(state, message.data, nowMs);
      return stay(state, { kind: 'deliver', type: message.name, data: message.data });
  }
}

/** Only the way to the master is of interest any more, and what it has taken. */
function onMessageAtEnd(state: AgentState, exitCode: number, message: MessageEvent['message'], nowMs: number): Step {
  if (message.type === 'heartbeat') return onAnswer(state, nowMs);
  if (message.type === 'ack' && state.movingFrom !== null) return onAck(state, message.data.index, nowMs);
  // The master that took this worker is not there.
  if (message.type === 'quit' && state.link.isAsked) return andThen(onUnknown(state, nowMs), (next) => end(next, exitCode));
  return stay(state);
}

function onAnswer(before: AgentState, nowMs: number): Step {
  const answered = andThen(countAnswer(before, nowMs), (state) => stay(withLink(state, { isAsked: false })));
  const known = andThen(answered, (state) => onKnown(state, before.lastReplyMs, nowMs));
  if (before.phase.name === 'parting') return andThen(known, onLastAnswer);
  return andThen(known, (state) => renewWhenDone(state, nowMs));
}

/** The first `ack` starts heartbeats, reports and logs, all three at once (Locust runners.py:1252-1255). */
function onAck(before: AgentState, index: number | null, nowMs: number): Step {
  const ofStranger = onAckOfStranger(before, index, nowMs);
  if (ofStranger !== null) return ofStranger;
  const state = { ...before, workerIndex: index ?? before.workerIndex };
  const { phase } = state;
  if (phase.name === 'rejoining' && phase.sentAtMs !== null) return becomeReady(state, phase.pendingSpawn, nowMs);
  if (phase.name !== 'connecting') return stay(state);
  const { timings, masterAddress } = state.config;
  const ofIndex = state.workerIndex < 0 ? '' : ` as worker ${state.workerIndex}`;
  // Whole milliseconds: sums of others would drift apart by their last digits, and what is due together come apart.
  const sinceMs = Math.round(nowMs);
  const beats = {
    heartbeatAtMs: sinceMs + timings.heartbeatMs,
    statsAtMs: sinceMs + timings.statsMs,
    logsAtMs: sinceMs + timings.logsMs,
  };
  const connected = enter({ ...state, beats }, { name: 'ready' }, log('info', `connected to the master at ${masterAddress}${ofIndex}`));
  const beaten = andThen(connected, (next) => sendHeartbeat(next, nowMs));
  const reported = andThen(beaten, (next) => sendReport(next, nowMs));
  const told = andThen(reported, (next) => {
    const held = sendHeld(next);
    return stay(held.state, { kind: 'sendLogs' }, ...held.effects);
  });
  return andThen(told, (next) => becomeReady(next, phase.pendingSpawn, nowMs));
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
      const isNewest = waiting === null || !isStale(pendingSpawn.spawn.timestamp, waiting.spawn.timestamp);
      return isNewest ? enter(state, { ...phase, pendingSpawn }) : stay(state);
    }
    case 'quitting':
    case 'parting':
    case 'closed':
      return stay(state, log('debug', 'a spawn came while this worker ends; it is left out'));
  }
}

/**
 * Nothing is sent again: the master knows this worker, only the connection is renewed (Locust runners.py:1429-1431), once it has
 * answered all that was said on the old one.
 */
function onReconnect(state: AgentState, nowMs: number): Step {
  if (state.phase.name === 'connecting' || state.link.standing !== 'good' || state.link.isRenewalDue) return stay(state);
  const text = 'the master could not read something from this worker and asks for a new connection';
  return andThen(stay(withLink(state, { isRenewalDue: true }), log('warning', text)), (due) => renewWhenDone(due, nowMs));
}

function renewWhenDone(state: AgentState, nowMs: number): Step {
  if (!state.link.isRenewalDue || state.unansweredHeartbeats > 0) return stay(state);
  // The report that follows the first `ack` has no heartbeat of its own; the next regular one may be a second away.
  if (state.link.unconfirmed.length > 0) return state.lastReplyMs === null ? stay(state) : sendHeartbeat(state, nowMs);
  const { state: next, effects } = replaceConnection(state, state.link.identity, true);
  return stay(next, ...effects);
}
