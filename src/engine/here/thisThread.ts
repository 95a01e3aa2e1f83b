/**
 * A load thread's inside, run in the thread that is there already: a program's, a test's, a debugger's. The one place in which both sides of
 * the thread boundary meet; they still speak through a port and shared memory, as they do across it.
 *
 * What a thread of its own may do to its process, a guest may not: it catches nobody's errors, and what it installs is found by its own users alone
 * (src/util/perLoad.ts). It cannot be ended from outside either: a user that blocks the thread blocks everything.
 */
import type { StartHere } from '../shared/threadSeed.ts';
import { type Guest, startThread } from '../thread/threadRoot.ts';

/** `modules` take the place of bundles; null: bundles are imported here. `isOwnProcess`: there is no program around it but this one. */
export function inThisThread(modules: Guest['modules'] = null, isOwnProcess = false): StartHere {
  return (start, ended) => {
    const { close } = startThread(start, { modules, isOwnProcess });
    let isOver = false;
    return {
      terminate: () => {
        if (!isOver) {
          isOver = true;
          close();
          ended();
        }
        return Promise.resolve();
      },
    };
  };
}
