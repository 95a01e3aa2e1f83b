/**
 * What a user holds that must end with it: its signal, its clients and connections. Each part is made when first asked
 * for, since most users have none.
 */
import type { StopUser } from '../../../scenario/endings.ts';
import type { OwnedResource } from '../../../scenario/userContext.ts';
import { UserSignal } from './userSignal.ts';

export class UserHoldings {
  #signal: UserSignal | null = null;
  #resources: OwnedResource[] | null = null;
  #isClosed = false;

  signal(): UserSignal {
    if (this.#signal === null) {
      this.#signal = new UserSignal();
      if (this.#isClosed) this.#signal.end();
    }
    return this.#signal;
  }

  own(resource: OwnedResource): void {
    if (this.#resources === null) this.#resources = [resource]; // a push onto an empty list would make room for 17
    else this.#resources.push(resource);
  }

  /** Ends what is in flight; what is held stays usable. */
  abort(reason: StopUser): void {
    this.#signal?.fire(reason);
    for (const resource of this.#resources ?? []) resource.abort(reason);
  }

  /** The user is gone. */
  close(): void {
    this.#isClosed = true;
    this.#signal?.end();
    for (const resource of this.#resources ?? []) resource.close();
    this.#resources = null;
  }
}
