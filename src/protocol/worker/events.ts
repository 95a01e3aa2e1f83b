/** What the agent's state machine is told. Each is plain data; the shell makes them from frames, timers and signals. */
import type { ClassInfo } from '../../engine/shared/messages.ts';
import type { MasterMessage } from '../wire/messages.ts';
import type { UsersInput } from './ports.ts';

/** One thing that happened. */
export type AgentEvent =
  /** Time has passed: whatever is due is done. */
  | { readonly kind: 'tick' }
  /** The master spoke. `classes` are the scenario's own, as they are now. */
  | { readonly kind: 'message'; readonly connection: number; readonly message: MasterMessage; readonly classes: readonly ClassInfo[] }
  /** A connection is there; what is said on it arrives in order until it is down. */
  | { readonly kind: 'up'; readonly connection: number }
  /** It is over: what was said on it last may have arrived or not. */
  | { readonly kind: 'down'; readonly connection: number }
  /** SIGINT, SIGTERM or SIGHUP, or whatever else asks this worker to end. */
  | { readonly kind: 'signal' }
  | UsersInput;
