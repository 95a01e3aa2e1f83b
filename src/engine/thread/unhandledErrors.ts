/**
 * A promise that nobody awaits, a timer that throws: data, not the end of the thread. What a stop aborted, and nobody
 * awaits, is neither.
 */
import { isEnding, StopUser } from '../../scenario/endings.ts';
import type { Attribution } from './attribution.ts';
import type { ThreadExceptions } from './recording/exceptions.ts';
import type { WorkOwner } from './users/threadServices.ts';

/** Takes what nobody in this thread caught. */
export function catchUnhandledErrors(exceptions: ThreadExceptions, attribution: Attribution<WorkOwner>): void {
  process.on('unhandledRejection', (reason) => {
    if (!isEnding(reason, StopUser)) add(reason, 'in a promise that nobody awaited');
  });
  process.on('uncaughtException', (error) => add(error, 'in a callback'));

  function add(error: unknown, where: string): void {
    const life = attribution.owner();
    attribution.onUnhandledError();
    if (life === null) exceptions.add(error, null, { where, who: '' });
    else exceptions.add(error, life.user, { where: `${where}, begun in ${life.doing}`, who: `user ${life.user.environment.userIndex}` });
  }
}
