/**
 * Exceptions on their way up: logged by trace, and passed on one by one as the master counts them, up to a limit.
 */
import type { UsersInput } from '../agent/ports.ts';
import type { ThreadLog } from './threadLog.ts';

/** So many of one group are passed on one by one; more would drown the master, and are counted in the log. */
const mostAtOnce = 50;

export type PassedException = Omit<Extract<UsersInput, { readonly kind: 'exception' }>, 'kind'>;

export function passException(exception: PassedException, count: number, threadLog: ThreadLog, sink: (input: UsersInput) => void): void {
  threadLog.exceptions(exception.message, exception.trace, count);
  for (let sent = 0; sent < Math.min(count, mostAtOnce); sent++) sink({ kind: 'exception', ...exception });
}
