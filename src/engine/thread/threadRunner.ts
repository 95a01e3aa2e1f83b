/** What the environment tells of a thread: its state, and how many users live in it. */
import type { RunnerView } from '../../scenario/environment.ts';
import type { UserGroups } from './users/userGroups.ts';

/** The runner as listeners and users see it; the thread keeps it up to date. */
export class ThreadRunner implements RunnerView {
  state: RunnerView['state'] = 'ready';
  /** Null until the scenario is loaded. */
  groups: Pick<UserGroups, 'userCount' | 'dismissAll'> | null = null;

  get userCount(): number {
    return this.groups?.userCount ?? 0;
  }
}
