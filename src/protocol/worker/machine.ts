/**
 * The worker's life as a pure function: nothing is sent, timed or read here, so every (phase, event) pair can be tested.
 *
 * | phase      | first ack  | spawn        | users reached | stop       | users stopped | quit, signal, silence | due |
 * |------------|------------|--------------|---------------|------------|---------------|-----------------------|-----|
 * | connecting | → ready    | keep newest  | –             | drop kept  | –             | → closed              | client_ready; the 62nd time → closed, 255 |
 * | ready      | –          | → spawning   | –             | → rejoining| –             | → parting             | – |
 * | spawning   | –          | → spawning   | → running     | → stopping | –             | → quitting            | scenario's wish unheard → quitting; spawn missing or overtaken, master lost → stopping ² |
 * | running    | –          | → spawning   | –             | → stopping | –             | → quitting            | as spawning |
 * | stopping   | –          | keep newest  | –             | drop kept  | → rejoining ² | → quitting            | deadline, as users stopped |
 * | rejoining  | → ready ¹  | keep newest  | –             | drop kept  | –             | → parting             | client_ready, again every 5 s unless heartbeats are answered → ready ¹ |
 * | quitting   | –          | –            | –             | –          | → parting     | 2nd signal: hurry     | flush each 100 ms for 1 s; deadline → parting |
 * | parting ³  | –          | –            | –             | –          | –             | 2nd signal → closed   | answered ⁴ → closed |
 * | closed     | –          | –            | –             | –          | –             | –                     | – |
 *
 * ¹ and from there → spawning when a spawn was kept.
 * ² or → ready, when the master is away (`--on-master-loss`); when another one is there, → rejoining without `client_stopped`.
 *
 * ³ When an answer is missing (for 0.25 s), the last report waits for a connection on which the master answers.
 * ⁴ Or not: 8 s after the last answer to anything, and 20 s after the users' end at the latest; a second after that end where the master's silence is what ends the worker.
 *
 * Beside the phase stands the link, with a table of its own in `link.ts`: only while it is good is anything said to the master; what
 * was to be said otherwise waits, and what is counted stays where it is. In every phase after the first `ack` but the last two: a
 * heartbeat each second, a report every 3 s, logs every 10 s, `reconnect`, custom messages and exceptions. The master's silence
 * is looked for before every event, whatever it is. `spawning` (but as a question) and `spawning_complete` are only ever said in the
 * phases ready, spawning and running: never between `client_stopped` or `quit` and a new `ack`, which would make a master send this
 * worker away, or deafen an older one.
 */
import { checkSilence, onTick } from './clock.ts';
import { afterHold } from './held.ts';
import { holdBack, sendHeld } from './waitingMessages.ts';
import { countAnswer, sendHeartbeat, sendReport } from './heartbeats.ts';
import { onDown, onLinkDue, onSideAnswer, onUp, replaceConnection } from './link.ts';
import { onAckOfStranger, onKnown, onUnknown } from './masterBack.ts';
import { onStopTest, testStateMessage } from './masterPlugIn.ts';
import { isOvertaken, spawnCame, usersGone } from './overtakenSpawns.ts';
import type { UsersInput } from './ports.ts';
import { startQuit, close, quitNow, onLastAnswer, onSignal } from './quitting.ts';
import { acceptSpawn, becomeReady, completeSpawn, isStale } from './spawning.ts';
import { withLink, type AgentState, type PendingSpawn } from './states.ts';
import { andThen, enter, log, send, stay, type AgentEvent, type Step } from './step.ts';
import { afterUsers, onStop, onTestState } from './stopping.ts';

type MessageEvent = Extract<AgentEvent, { kind: 'message' }>;

/** One event. Total: every event is legal in every state. `nowMs` is monotonic and never goes back. */
export function step(state: AgentState, event: AgentEvent, nowMs: number): Step {
  // Before anything is found to be late.
  if (event.kind === 'held') return stay(afterHold(state, event.ms));
  const checked = checkSilence(state, nowMs);
  const reacted = andThen(checked, (next) => react(next, event, nowMs));
  // Another phase may have other patience with the link, and it may be over already.
  return holdBack(andThen(reacted, (next) => onLinkDue(next, nowMs)));
}

function react(state: AgentState, event: Exclude<AgentEvent, { kind: 'held' }>, nowMs: number): Step {
  switch (event.kind) {
    case 'tick':
      return onTick(state, nowMs);
    case 'message':
      return onMessage(state, event, nowMs);
    case 'up':
      // The first `client_ready` leaves at once.
      return andThen(onUp(state, event.connection, nowMs), (next) => onTick(next, nowMs));
    case 'down':
      return onDown(state, event.connection, nowMs);
    case 'signal':
      return onSignal(state, nowMs);
    case 'users':
    case 'usersStopped':
    case 'exception':
    case 'customFromUser':
    case 'stopTest':
    case 'replayed':
      return onUsersInput(state, event, nowMs);
  }
}

/** What each message of the master brings about, phase by phase (Locust runners.py:1367-1450). */
function onMessage(state: AgentState, { connection, message, classes }: MessageEvent, nowMs: number): Step {
  if (state.phase.name === 'closed') return stay(state);
  if (connection === state.link.side?.connection) return message.type === 'quit' ? onSideAnswer(state, nowMs) : stay(state);
  // What a connection that was given up still brings.
  if (connection !== state.link.connection) return stay(state);
  if (state.phase.name === 'parting') return onMessageAtEnd(state, state.phase.exitCode, message, nowMs);
  switch (message.type) {
    case 'ack':
      return onAck(state, message.data.index, nowMs);
    case 'spawn':
      return onSpawn(state, { spawn: message.data, classes, isOvertaken: isOvertaken(state.overtaken, message.data.timestamp) }, nowMs);
    case 'stop':
      return onStop(state, nowMs);
    case 'quit':
      if (state.link.isAsked) return onUnknown(state, nowMs);
      // It is there, however late its answers are.
      return startQuit(withLink(state, { owedSinceMs: state.link.owedSinceMs === null ? null : nowMs }), nowMs, 0, 'the master says quit: users are stopping, then this worker quits');
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
  if (message.type === 'quit' && state.link.isAsked) return andThen(onUnknown(state, nowMs), (next) => quitNow(next, exitCode));
  return stay(state);
}

function onAnswer(before: AgentState, nowMs: number): Step {
  const answered = andThen(countAnswer(before, nowMs), (state) => stay(withLink(state, { isAsked: false })));
  const known = andThen(answered, (state) => onKnown(state, before.lastReplyMs, nowMs));
  if (before.phase.name === 'parting') return andThen(known, (state) => onLastAnswer(state, nowMs));
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
  const told = andThen(stay(reported.state, ...reported.effects, { kind: 'sendLogs' }), sendHeld);
  return andThen(told, (next) => becomeReady(next, phase.pendingSpawn, nowMs));
}

function onSpawn(before: AgentState, pendingSpawn: PendingSpawn, nowMs: number): Step {
  const state: AgentState = { ...before, overtaken: spawnCame(before.overtaken, pendingSpawn.spawn.timestamp, nowMs) };
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
  return replaceConnection(state, state.link.identity, true);
}

/** The next report says so when no user is left. */
function withUsersLeft(state: AgentState, counts: Readonly<Record<string, number>>): AgentState {
  return Object.values(counts).some((count) => count > 0) ? state : { ...state, overtaken: usersGone(state.overtaken) };
}

/** What comes up from the users, phase by phase. */
function onUsersInput(state: AgentState, input: UsersInput, nowMs: number): Step {
  const { phase } = state;
  if (phase.name === 'closed') return stay(state);
  switch (input.kind) {
    case 'users':
      if (phase.name !== 'spawning' || !input.reached || input.generation !== phase.generation) return stay(withUsersLeft(state, input.counts));
      return completeSpawn(state, input.counts, nowMs);
    case 'usersStopped':
      if (phase.name === 'stopping' && input.generation === phase.generation) return afterUsers(state, nowMs);
      if (phase.name === 'quitting' && input.generation === phase.generation) return close(state, phase.exitCode, nowMs);
      return stay(state);
    case 'exception':
      return stay(state, send({ type: 'exception', data: { msg: input.message, traceback: input.trace } }));
    case 'customFromUser':
      return stay(state, send({ type: 'custom', name: input.type, data: input.data }));
    case 'stopTest':
      return onStopTest(state, input.reason, nowMs, false);
    case 'replayed':
      return onStopTest(state, input.reason, nowMs, true);
  }
}
