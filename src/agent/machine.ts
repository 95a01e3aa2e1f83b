/**
 * The worker's life as a pure function: nothing is sent, timed or read here, so every (phase, event) pair can be tested.
 *
 * | phase      | first ack  | spawn        | users reached | stop       | users stopped | quit, signal, silence | due |
 * |------------|------------|--------------|---------------|------------|---------------|-----------------------|-----|
 * | connecting | → ready    | keep newest  | –             | drop kept  | –             | → closed              | client_ready; the 62nd time → closed, 255 |
 * | ready      | –          | → spawning   | –             | → rejoining| –             | → closed              | – |
 * | spawning   | –          | → spawning   | → running     | → stopping | –             | → quitting            | scenario's wish unheard → quitting |
 * | running    | –          | → spawning   | –             | → stopping | –             | → quitting            | scenario's wish unheard → quitting |
 * | stopping   | –          | keep newest  | –             | drop kept  | → rejoining   | → quitting            | deadline → rejoining |
 * | rejoining  | → ready ¹  | keep newest  | –             | drop kept  | –             | → closed              | client_ready, again every 5 s unless heartbeats are answered → ready ¹ |
 * | quitting   | –          | –            | –             | –          | → closed      | 2nd signal: hurry     | flush each 100 ms for 1 s; deadline → closed |
 * | closed     | –          | –            | –             | –          | –             | –                     | – |
 *
 * ¹ and from there → spawning when a spawn was kept.
 *
 * In every phase after the first `ack` but `closed`: a heartbeat each second, a report every 3 s, logs every 10 s,
 * `reconnect`, custom messages and exceptions. A master silent for 60 s ends the worker with exit code 255; that is
 * checked before every event, whatever it is. `spawning` and `spawning_complete` are only ever said in the phases
 * ready, spawning and running: never between `client_stopped` or `quit` and a new `ack`, which would make a master
 * send this worker away, or deafen an older one.
 */
import { checkSilence, onTick } from './clock.ts';
import type { AgentEvent } from './events.ts';
import { onMessage } from './masterMessages.ts';
import { onSignal } from './quitting.ts';
import type { AgentState } from './states.ts';
import { andThen, type Step } from './step.ts';
import { onUsersInput } from './usersInput.ts';

/** One event. Total: every event is legal in every state. `nowMs` is monotonic and never goes back. */
export function step(state: AgentState, event: AgentEvent, nowMs: number): Step {
  return andThen(checkSilence(state, nowMs), (checked) => react(checked, event, nowMs));
}

function react(state: AgentState, event: AgentEvent, nowMs: number): Step {
  switch (event.kind) {
    case 'tick':
      return onTick(state, nowMs);
    case 'message':
      return onMessage(state, event, nowMs);
    case 'signal':
      return onSignal(state, nowMs);
    case 'users':
    case 'usersStopped':
    case 'exception':
    case 'customFromUser':
    case 'stopTest':
      return onUsersInput(state, event, nowMs);
  }
}
