/** What comes up from the users, phase by phase. */
import { log, send, type Effect } from './effects.ts';
import type { UsersInput } from './ports.ts';
import { close } from './quitting.ts';
import { completeSpawn } from './spawning.ts';
import { isTesting, type AgentState } from './states.ts';
import { stay, type Step } from './step.ts';
import { afterUsers } from './stopping.ts';

/**
 * The custom message that asks the master to end the test. A locustfile with our plug-in stops the test for all
 * workers; any other master only logs an unknown message type, and the worker leaves by itself after a while.
 */
export const stopTestMessage = 'boomer_stop_test';

/** One input from the users, in any phase. */
export function onUsersInput(state: AgentState, input: UsersInput, nowMs: number): Step {
  const { phase } = state;
  if (phase.name === 'closed') return stay(state);
  switch (input.kind) {
    case 'users':
      if (phase.name !== 'spawning' || !input.reached || input.generation !== phase.generation) return stay(state);
      return completeSpawn(state, input.counts);
    case 'usersStopped':
      if (phase.name === 'stopping' && input.generation === phase.generation) return afterUsers(state, nowMs);
      if (phase.name === 'quitting' && input.generation === phase.generation) return close(state, phase.exitCode, nowMs);
      return stay(state);
    case 'exception':
      return stay(state, send({ type: 'exception', data: { msg: input.message, traceback: input.trace } }));
    case 'customFromUser':
      return stay(state, send({ type: 'custom', name: input.type, data: input.data }));
    case 'stopTest':
      return onStopTest(state, input.reason, nowMs);
  }
}

/**
 * No message of Locust's protocol ends a test from a worker: `client_stopped` and `quit` only hand its users to the
 * other workers, and end the test when it is the last one (runners.py:1098-1166). So the plug-in is asked first.
 */
function onStopTest(state: AgentState, reason: string, nowMs: number): Step {
  if (!isTesting(state.phase) || state.stopTestAtMs !== null) return stay(state);
  const effects: readonly Effect[] = [
    log('warning', `the scenario asks to end the test: ${reason}`),
    { kind: 'send', message: { type: 'custom', name: stopTestMessage, data: { reason } } },
  ];
  return { state: { ...state, stopTestAtMs: nowMs + state.config.timings.stopTestWaitMs }, effects };
}
