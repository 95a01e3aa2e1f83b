/** What comes up from the users, phase by phase. */
import { log, type Effect, type PlainMessage } from './effects.ts';
import type { UsersInput } from './ports.ts';
import { close } from './quitting.ts';
import { completeSpawn } from './spawning.ts';
import type { AgentState } from './states.ts';
import { stay, type Step } from './step.ts';
import { leave } from './stopping.ts';

/** Messages kept for the master until it has answered for the first time; more than that is a flood. */
const heldAtMost = 1_000;

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
      if (phase.name === 'stopping' && input.generation === phase.generation) return leave(state, nowMs);
      if (phase.name === 'quitting' && input.generation === phase.generation) return close(state, phase.exitCode);
      return stay(state);
    case 'exception':
      return say(state, { type: 'exception', data: { msg: input.message, traceback: input.trace } });
    case 'customFromUser':
      return say(state, { type: 'custom', name: input.type, data: input.data });
    case 'stopTest':
      return onStopTest(state, input.reason, nowMs);
  }
}

/** Says it now, or right after the first `ack`: until then only `client_ready` may be said. */
function say(state: AgentState, message: PlainMessage): Step {
  if (state.phase.name !== 'connecting') return stay(state, { kind: 'send', message });
  if (state.held.length < heldAtMost) return stay({ ...state, held: [...state.held, message] });
  return stay(state, log('warning', `more than ${heldAtMost} messages wait for a master: one is left out`));
}

/**
 * No message of Locust's protocol ends a test from a worker: `client_stopped` and `quit` only hand its users to the
 * other workers, and end the test when it is the last one (runners.py:1098-1166). So the plug-in is asked first.
 */
function onStopTest(state: AgentState, reason: string, nowMs: number): Step {
  const isTesting = state.phase.name === 'spawning' || state.phase.name === 'running';
  if (!isTesting || state.stopTestAtMs !== null) return stay(state);
  const effects: readonly Effect[] = [
    log('warning', `the scenario asks to end the test: ${reason}`),
    { kind: 'send', message: { type: 'custom', name: stopTestMessage, data: { reason } } },
  ];
  return { state: { ...state, stopTestAtMs: nowMs + state.config.timings.stopTestWaitMs }, effects };
}
