/**
 * `stop`, and coming back after it (Locust runners.py:1415-1423): `client_ready` to a master that does not know this worker, after
 * `client_stopped` or because it is another one.
 *
 * Ours differs from Locust's worker on purpose: what was counted is sent before `client_stopped`, since a master that
 * starts the next run at once would drop it, and `client_ready` follows immediately instead of after the whole stop
 * timeout, which nothing in the master needs. Between `client_stopped` and the next `ack` the master does not know this
 * worker, so nothing about spawning is said in between.
 */
import { sendReport } from './heartbeats.ts';
import { becomeReady } from './spawning.ts';
import { testStopped } from './overtakenSpawns.ts';
import { firstTestCheck, isTesting, withLink, type AgentState, type Phase } from './states.ts';
import { andThen, enter, log, send, stay, type Effect, type Step } from './step.ts';
import { withoutQuestion } from './masterPlugIn.ts';

type Rejoining = Extract<Phase, { name: 'rejoining' }>;

/** An index can be ours by chance up to this one; the workers of a larger fleet use up enough of them for one another. */
const maxUsedUp = 16;

/** A `stop` from the master, in any phase. */
export function onStop(before: AgentState, nowMs: number): Step {
  const isEnd = isTesting(before.phase);
  const state: AgentState = { ...withoutQuestion(before), endWish: null, spawnExpectedUntilMs: null, overtaken: isEnd ? testStopped(before.overtaken) : before.overtaken };
  const { phase } = state;
  switch (phase.name) {
    case 'spawning':
    case 'running':
      return stopUsers(state, nowMs, 'signOff', log('info', 'the master stops the test'));
    case 'ready':
      return leave(state, nowMs);
    // One answer covers every stop that came before it, and a stop is newer than the spawn that waited.
    case 'stopping':
      return enter(state, { ...phase, pendingSpawn: null, then: phase.then === 'wait' ? 'signOff' : phase.then });
    case 'connecting':
    case 'rejoining':
      return enter(state, { ...phase, pendingSpawn: null });
    case 'quitting':
    case 'parting':
    case 'closed':
      return stay(state);
  }
}

/** The plug-in's answer to whether a test is on. One that is late, or that nobody asked for, is as good. */
export function onTestState(before: AgentState, data: unknown, nowMs: number): Step {
  const state: AgentState = { ...before, testCheck: { ...firstTestCheck, plugIn: 'there' } };
  const isOff = typeof data === 'object' && data !== null && 'isOn' in data && data.isOn === false;
  if (!isTesting(state.phase) || !isOff) return stay(state);
  return stopUsers(state, nowMs, 'signOff', log('warning', 'the master has stopped the test, which this worker did not hear: users are stopping'));
}

/** Users that run leave, within their stop timeout. */
export function stopUsers(state: AgentState, nowMs: number, then: 'signOff' | 'wait', why: Effect): Step {
  const { stopTimeoutMs, config } = state;
  const generation = state.generation + 1;
  const deadlineMs = nowMs + stopTimeoutMs + config.timings.usersGraceMs;
  return enter(
    { ...withoutQuestion(state), generation, spawnExpectedUntilMs: null, endWish: null },
    { name: 'stopping', generation, deadlineMs, pendingSpawn: null, then },
    why,
    { kind: 'stopUsers', generation, stopTimeoutMs },
  );
}

/** All users are gone and all they did is counted. */
export function afterUsers(state: AgentState, nowMs: number): Step {
  const { phase, judgement } = state;
  if (phase.name !== 'stopping') return stay(state);
  switch (phase.then) {
    case 'signOff':
      return leave(state, nowMs);
    case 'register':
      // Said before `client_ready`: the new master's first run must find nothing of it.
      return andThen(judgement === 'another' ? stay(state, { kind: 'abandonReports' }) : stay(state), (next) => register(next, nowMs));
    case 'wait':
      return andThen(sendReport(state, nowMs), (next) => becomeReady(next, phase.pendingSpawn, nowMs));
  }
}

/** Send what was counted, sign off, and register anew. */
function leave(state: AgentState, nowMs: number): Step {
  const waitMs = state.config.additionalReadyWaitMs;
  const pendingSpawn = state.phase.name === 'stopping' ? state.phase.pendingSpawn : null;
  const reported = sendReport(state, nowMs);
  const left = andThen(reported, (next) =>
    enter(
      next,
      { name: 'rejoining', sentAtMs: null, dueAtMs: nowMs + waitMs, answersUntilKnown: next.unansweredHeartbeats + 1, pendingSpawn },
      send({ type: 'client_stopped' }),
    ),
  );
  return waitMs > 0 ? left : andThen(left, (next) => rejoin(next, nowMs));
}

/** Users that are past their time and still not reported gone: the master must not wait for them for ever. */
export function giveUpOnUsers(state: AgentState, nowMs: number): Step {
  return andThen(
    stay(state, log('error', 'the users did not end within their stop timeout; it goes on without them')),
    (next) => afterUsers(next, nowMs),
  );
}

/** Nobody lives: `client_ready` to the master that does not know us; when it is not there any more, to whoever comes. */
export function register(state: AgentState, nowMs: number): Step {
  const { link, judgement, workerIndex, config, unansweredHeartbeats } = state;
  const waiting = { name: 'rejoining', dueAtMs: nowMs + config.timings.connectRetryMs, answersUntilKnown: unansweredHeartbeats + 1, pendingSpawn: null } as const;
  if (link.standing !== 'unknown') return enter(state, { ...waiting, sentAtMs: null });
  const count = judgement === 'byIndex' ? Math.min(workerIndex + 1, maxUsedUp) : 0;
  const usedUp: readonly Effect[] = count > 0 ? [{ kind: 'useUpIndexes', count }] : [];
  return enter(withLink(state, { owedSinceMs: nowMs }), { ...waiting, sentAtMs: nowMs }, ...usedUp, { kind: 'register' });
}

/**
 * `client_ready` is due: for the first time after a stop, or again because nobody acknowledged it. A master that has
 * answered a later heartbeat knows this worker though, and a second `client_ready` would give it a double share of the
 * users (dispatch.py:217-228).
 */
export function rejoin(state: AgentState, nowMs: number): Step {
  const { phase } = state;
  if (phase.name !== 'rejoining') return stay(state);
  if (phase.answersUntilKnown === 0) return becomeReady(state, phase.pendingSpawn, nowMs);
  const { link, config } = state;
  const again = { ...phase, dueAtMs: nowMs + config.timings.connectRetryMs };
  // What was said on a connection stays said: a paused master would take a second one for a second worker.
  if (link.standing === 'unknown') return phase.sentAtMs === null ? register(state, nowMs) : enter(state, again);
  // Whoever is there is asked first: a second `client_ready` must not reach a master that has taken the first.
  if (link.standing !== 'good') return stay(state);
  return enter(
    phase.sentAtMs === null ? withoutUnknownTime(state, phase, nowMs) : state,
    { ...again, sentAtMs: nowMs },
    send({ type: 'client_ready', data: -1 }),
  );
}

/** The master did not answer heartbeats while it did not know us: its silence counts from the first `client_ready`, and it owes only earlier answers. */
function withoutUnknownTime(state: AgentState, { answersUntilKnown }: Rejoining, nowMs: number): AgentState {
  const known = { ...state, lastReplyMs: state.lastReplyMs === null ? null : nowMs, unansweredHeartbeats: answersUntilKnown - 1 };
  return withLink(known, { owedSinceMs: nowMs });
}
