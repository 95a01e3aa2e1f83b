/** The shape of one step of the agent's state machine, and the way to chain several. */
import type { Effect } from './effects.ts';
import type { AgentState, Phase } from './states.ts';

/** The state after an event, and what is to be done, in this order. */
export type Step = { readonly state: AgentState; readonly effects: readonly Effect[] };

/** Nothing but effects. */
export function stay(state: AgentState, ...effects: readonly Effect[]): Step {
  return { state, effects };
}

/** Another phase. */
export function enter(state: AgentState, phase: Phase, ...effects: readonly Effect[]): Step {
  return { state: { ...state, phase }, effects };
}

/** What follows from the state that a step has reached, its effects after the step's own. */
export function andThen(first: Step, next: (state: AgentState) => Step): Step {
  const second = next(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}
