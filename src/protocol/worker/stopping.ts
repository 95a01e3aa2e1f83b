/**
 * `stop`, and coming back after it (Locust runners.py:1415-1423).
 *
 * Ours differs from Locust's worker on purpose: what was counted is sent before `client_stopped`, since a master that
 * starts the next run at once would drop it, and `client_ready` follows immediately instead of after the whole stop
 * timeout, which nothing in the master needs. Between `client_stopped` and the next `ack` the master does not know this
 * worker, so nothing about spawning is said in between.
 */
import { log, send, type Effect } from './effects.ts';
import { sendReport } from './heartbeats.ts';
import { register, rejoin } from './registering.ts';
import { becomeReady } from './spawning.ts';
import { isTesting, type AgentState } from './states.ts';
import { andThen, enter, stay, type Step } from './step.ts';
import { withoutQuestion } from './testCheck.ts';

/** A `stop` from the master, in any phase. */
export function onStop(before: AgentState, nowMs: number): Step {
  const state: AgentState = { ...withoutQuestion(before), stopTestAtMs: null, spawnExpectedUntilMs: null };
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
  const state: AgentState = { ...before, testCheck: { plugIn: 'there', askedAtMs: null } };
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
    { ...withoutQuestion(state), generation, spawnExpectedUntilMs: null, stopTestAtMs: null },
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
export function leave(state: AgentState, nowMs: number): Step {
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
