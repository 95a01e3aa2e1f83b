/**
 * What a user is born with, in the thread's hands. A class, since closures in place of its methods cost each user 0.15 KB.
 */
import type { UserEnvironment } from '../../../scenario/environment.ts';
import type { OwnedResource, UserContext } from '../../../scenario/userContext.ts';
import type { Random } from '../../../util/random.ts';
import type { UserHoldings } from './userHoldings.ts';
import type { UserHooks } from './userHooks.ts';
import type { UserSamples } from './userSamples.ts';
import { now } from '../../../util/nodeTime.ts';

/** What one user is born with. */
export class BirthContext implements UserContext {
  readonly environment: UserEnvironment;
  readonly random: Random;
  readonly host: string | null;
  readonly bornMs: number = now();
  readonly samples: UserSamples;
  readonly #holdings: UserHoldings;
  readonly #hooks: UserHooks;

  constructor(environment: UserEnvironment, random: Random, host: string | null, parts: { readonly samples: UserSamples; readonly holdings: UserHoldings; readonly hooks: UserHooks }) {
    this.environment = environment;
    this.random = random;
    this.host = host;
    this.samples = parts.samples;
    this.#holdings = parts.holdings;
    this.#hooks = parts.hooks;
  }

  signal(): AbortSignal {
    return this.#holdings.signal().current();
  }

  sleep(sec: number): Promise<void> {
    return this.#holdings.signal().sleep(sec);
  }

  own(resource: OwnedResource): void {
    this.#holdings.own(resource);
  }

  afterTask(work: () => void): void {
    this.#hooks.putOff(work);
  }

  advise(text: string): void {
    this.#hooks.advise(text);
  }
}
