/**
 * The worker's life as a pure function: nothing is sent, timed or read here, so every (phase, event) pair can be tested.
 *
 * | phase      | first ack  | spawn        | users reached | stop       | users stopped | quit, signal, silence | due |
 * |------------|------------|--------------|---------------|------------|---------------|-----------------------|-----|
 * | connecting | → ready    | keep newest  | –             | drop kept  | –             | → closed              | client_ready; the 62nd time → closed, 255 |
 * | ready      | –          | → spawning   | –             | → rejoining| –             | → parting             | – |
 * | spawning   | –          | → spawning   | → running     | → stopping | –             | → quitting            | scenario's wish unheard → quitting; spawn missing, master lost → stopping ² |
 * | running    | –          | → spawning   | –             | → stopping | –             | → quitting            | as spawning |
 * | stopping   | –          | keep newest  | –             | drop kept  | → rejoining ² | → quitting            | deadline, as users stopped |
 * | rejoining  | → ready ¹  | keep newest  | –             | drop kept  | –             | → parting             | client_ready, again every 5 s unless heartbeats are answered → ready ¹ |
 * | quitting   | –          | –            | –             | –          | → parting     | 2nd signal: hurry     | flush each 100 ms for 1 s; deadline → parting |
 * | parting ³  | –          | –            | –             | –          | –             | 2nd signal → closed   | answered, or 0.5 s → closed |
 * | closed     | –          | –            | –             | –          | –             | –                     | – |
 *
 * ¹ and from there → spawning when a spawn was kept.
 * ² or → ready, when the master is away (`--on-master-loss`); when another one is there, → rejoining without `client_stopped`.
 *
 * ³ When an answer is missing (for 0.25 s), the last report waits up to 5 s for one on which the master answers.
 *
 * Beside the phase stands the link, with a table of its own in `link.ts`: only while it is good is anything said to the master; what
 * was to be said otherwise waits, and what is counted stays where it is. In every phase after the first `ack` but the last two: a
 * heartbeat each second, a report every 3 s, logs every 10 s, `reconnect`, custom messages and exceptions. The master's silence
 * is looked for before every event, whatever it is. `spawning` (but as a question) and `spawning_complete` are only ever said in the
 * phases ready, spawning and running: never between `client_stopped` or `quit` and a new `ack`, which would make a master send this
 * worker away, or deafen an older one.
 */
import { checkSilence, onTick } from './clock.ts';
import { log, type Effect } from './effects.ts';
import type { AgentEvent } from './events.ts';
import { onDown, onLinkDue, onUp } from './linkEvents.ts';
import { onMessage } from './masterMessages.ts';
import { onSignal } from './quitting.ts';
import type { AgentState } from './states.ts';
import { andThen, type Step } from './step.ts';
import { onUsersInput } from './usersInput.ts';

/** One event. Total: every event is legal in every state. `nowMs` is monotonic and never goes back. */
export function step(state: AgentState, event: AgentEvent, nowMs: number): Step {
  const checked = checkSilence(state, nowMs);
  const reacted = andThen(checked, (next) => react(next, event, nowMs));
  // Another phase may have other patience with the link, and it may be over already.
  return holdBack(andThen(reacted, (next) => onLinkDue(next, nowMs)));
}

function react(state: AgentState, event: AgentEvent, nowMs: number): Step {
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
      return onUsersInput(state, event, nowMs);
  }
}

/** Messages kept for a master that cannot be told; more than that is a flood. */
const maxHeld = 1_000;

/** While no master that knows us is known to listen, nothing is said to it but what finds that out. The rest waits. */
function holdBack({ state, effects }: Step): Step {
  const { link, phase } = state;
  const isTold = link.standing === 'good' && phase.name !== 'connecting';
  if (isTold || effects.every(({ kind }) => kind !== 'send' && kind !== 'sendLogs')) return { state, effects };
  const left: Effect[] = [];
  const held = [...state.held];
  let dropped = 0;
  for (const effect of effects) {
    if (effect.kind === 'sendLogs') continue;
    if (effect.kind !== 'send') left.push(effect);
    else if (effect.message.type === 'client_ready' && link.standing === 'good') left.push(effect);
    // A master that is only silent should not miss this worker for a minute; the numbers stay ours.
    else if (effect.message.type === 'quit' && link.standing === 'doubted') left.push(effect);
    else if (effect.message.type === 'client_ready' || effect.message.type === 'quit') continue;
    else if (held.length < maxHeld) held.push(effect.message);
    else dropped += 1;
  }
  if (dropped > 0) left.push(log('warning', `more than ${maxHeld} messages wait for a master: ${dropped} left out`));
  return { state: { ...state, held }, effects: left };
}
