/**
 * What our plug-in in the master (`locust/stop_test.py`) is asked for: to end the test, and whether it is on.
 *
 * Is the test on that this worker runs users for? Asked where an order of the master may be lost or overtaken: what it said while the
 * connection was broken, its ROUTER has dropped; and a spawn that comes between `stop` and the `ack` to the new `client_ready` may be the
 * next test's first, or the last of the one that was stopped.
 *
 * Nothing in Locust's protocol answers that, so the plug-in does: whether a test is on, and the targets of this
 * worker once more, as a spawn. A master without it logs an unknown message type, once.
 */
import type { SpawnData } from '../wire/messages.ts';
import { andThen, log, send, stay, type Step } from './step.ts';
import { firstTestCheck, isTesting, type AgentState, type EndWish } from './states.ts';

/** The type of the question and of its answer, whose data is `{ isOn: boolean }`. */
export const testStateMessage = 'boomer_test_state';

/**
 * The custom message that asks the master to end the test. A locustfile with our plug-in stops the test for all
 * workers; any other master only logs an unknown message type, and the worker leaves by itself after a while.
 */
const stopTestMessage = 'boomer_stop_test';

/** The custom message by which a worker says that it is done with its share of what is replayed (`locust/replay.py`). */
const replayedMessage = 'boomer_replayed';

/** The option by which `locust/replay.py` says in each spawn that it is there, and lists the workers of the test. */
const replaysOption = 'boomer_workers';

/** Asks, unless no users run or the master is known not to answer. `isOvertaken`: they are of a test that is over, unless the answer says otherwise. */
export function askTest(state: AgentState, nowMs: number, isOvertaken: boolean): Step {
  const { phase, testCheck } = state;
  if (!isTesting(phase) || testCheck.plugIn === 'missing') return stay(state);
  const asked: AgentState = { ...state, testCheck: { ...testCheck, askedAtMs: nowMs, isOvertaken } };
  return stay(asked, send({ type: 'custom', name: testStateMessage, data: null }));
}

/** No answer is waited for any more. */
export function withoutQuestion(state: AgentState): AgentState {
  return { ...state, testCheck: { ...state.testCheck, askedAtMs: null, isOvertaken: false } };
}

/** When the patience with the answer is over; null: none is waited for. */
export function testCheckDueMs({ testCheck, link, config }: AgentState): number | null {
  return testCheck.askedAtMs === null || link.standing !== 'good' ? null : testCheck.askedAtMs + config.timings.testAnswerMs;
}

/** No answer: the master lacks the plug-in, if it never gave one. */
export function onTestCheckDue(state: AgentState, nowMs: number): Step {
  const dueMs = testCheckDueMs(state);
  if (dueMs === null || nowMs < dueMs) return stay(state);
  if (state.testCheck.plugIn === 'there') return stay(withoutQuestion(state));
  const text = `the connection to the master at ${state.config.masterAddress} was lost for a moment, or a stop and a start came close together: an order of its may be lost, and its locustfile lacks our plug-in, which would say so (load locust/stop_test.py beside it). When users go on after the end of a test, start one again and stop that: a master that has stopped says it to nobody`;
  return stay({ ...state, testCheck: { ...firstTestCheck, plugIn: 'missing' } }, log('warning', text));
}

/** Whether the master that sends this spawn ends a replay by itself, once all of its workers are done. */
export function listsReplays({ parsed_options: options }: SpawnData): boolean {
  return Array.isArray(options[replaysOption]);
}

/**
 * No message of Locust's protocol ends a test from a worker: `client_stopped` and `quit` only hand its users to the
 * other workers, and end the test when it is the last one (runners.py:1098-1166). So the plug-in is asked first. `isReplayed`: the others may still
 * be at what is theirs of a capture, and the test is to end when all have said so.
 */
export function onStopTest(state: AgentState, reason: string, nowMs: number, isReplayed: boolean): Step {
  const { endWish, link, phase } = state;
  // Whoever is done with a share may still wish for the end of the others.
  const isKnown = endWish !== null && (endWish.kind === 'stop' || isReplayed);
  if (!isTesting(phase) || isKnown) return stay(state);
  const wish: EndWish = { kind: isReplayed ? 'replayed' : 'stop', reason, toldAtMs: null };
  const said = log(isReplayed ? 'info' : 'warning', isReplayed ? reason : `the scenario asks to end the test: ${reason}`);
  return andThen(stay({ ...state, endWish: wish }, said), (next) => (link.standing === 'good' ? tellWish(next, nowMs, true) : stay(next)));
}

/** The master is there, or there again. `isUntold`: it may not have heard the wish; having it twice changes nothing. */
export function tellWish(state: AgentState, nowMs: number, isUntold: boolean): Step {
  const { endWish } = state;
  if (endWish === null) return stay(state);
  const told: AgentState = { ...state, endWish: { ...endWish, toldAtMs: nowMs } };
  if (endWish.toldAtMs !== null && !isUntold) return stay(told);
  return stay(told, send({ type: 'custom', name: endWish.kind === 'replayed' ? replayedMessage : stopTestMessage, data: { reason: endWish.reason } }));
}

/** When a master that was told must have stopped the test; null: nobody asked, it is not there, or it waits for other workers' replays. */
export function endWishDueMs({ config, endWish, link, waitsForReplays }: AgentState): number | null {
  if (endWish === null || endWish.toldAtMs === null || link.standing !== 'good') return null;
  return endWish.kind === 'replayed' && waitsForReplays ? null : endWish.toldAtMs + config.timings.stopTestWaitMs;
}
