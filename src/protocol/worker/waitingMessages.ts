/**
 * What waits for a master. While none that knows us is known to listen, nothing is said but what finds that out: the rest is held, said as soon
 * as one is there, and named when there will be none for it.
 */
import { counted } from '../../util/counted.ts';
import type { AgentState, PlainMessage } from './states.ts';
import { log, send, stay, type Effect, type Step } from './step.ts';

/** More than that is a flood. */
const maxHeld = 1_000;

/** Takes out of a step what no master would hear. */
export function holdBack({ state, effects }: Step): Step {
  const { link, phase } = state;
  const isTold = link.standing === 'good' && phase.name !== 'connecting';
  if (isTold || effects.every(({ kind }) => kind !== 'send' && kind !== 'sendLogs')) return { state, effects };
  const left: Effect[] = [];
  const held = [...state.held];
  let { heldTooMany } = state;
  for (const effect of effects) {
    if (effect.kind === 'sendLogs') continue;
    if (effect.kind !== 'send') left.push(effect);
    else if (effect.message.type === 'client_ready' && link.standing === 'good') left.push(effect);
    // A master that is only silent should not miss this worker for a minute; the numbers stay ours.
    else if (effect.message.type === 'quit' && link.standing === 'doubted') left.push(effect);
    else if (effect.message.type === 'client_ready' || effect.message.type === 'quit') continue;
    else if (held.length < maxHeld) held.push(effect.message);
    else heldTooMany += 1;
  }
  if (heldTooMany > 0 && state.heldTooMany === 0) left.push(log('warning', `${maxHeld} messages wait for a master: more of them are left out`));
  return { state: { ...state, held, heldTooMany }, effects: left };
}

/** A master is there: what was held is said now. */
export function sendHeld(state: AgentState): Step {
  const { held, heldTooMany } = state;
  const tooMany = heldTooMany > 0 ? [log('warning', `messages beyond the ${maxHeld} that waited for the master are left out: ${heldTooMany}`)] : [];
  return stay({ ...state, held: [], heldTooMany: 0 }, ...tooMany, ...held.map((message) => send(message)));
}

/** There will be no master for it: what the scenario has lost by that is named. */
export function dropHeld(state: AgentState): Step {
  const counts = new Map<string, number>();
  for (const message of state.held) if (isForAnyTime(message)) counts.set(nameOf(message), (counts.get(nameOf(message)) ?? 0) + 1);
  if (state.heldTooMany > 0) counts.set('left out before', state.heldTooMany);
  const dropped: AgentState = { ...state, held: [], heldTooMany: 0 };
  if (counts.size === 0) return stay(dropped);
  const count = [...counts.values()].reduce((sum, each) => sum + each, 0);
  const kinds = [...counts].map(([name, each]) => `${each} ${name}`).join(', ');
  return stay(dropped, log('warning', `not delivered, as the master for them was not there: ${counted(count, 'message')} (${kinds})`));
}

/** The master has forgotten this worker, and may be the same: what was held of users that it does not know is out of date. */
export function withoutOutdated(state: AgentState): AgentState {
  return { ...state, held: state.held.filter(isForAnyTime) };
}

/** What does not depend on where this worker and its master stood. */
function isForAnyTime({ type }: PlainMessage): boolean {
  return type === 'custom' || type === 'exception';
}

function nameOf(message: PlainMessage): string {
  return message.type === 'custom' ? message.name : message.type;
}
