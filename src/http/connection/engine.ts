/**
 * A way to talk HTTP: undici's, or our own. Everything above connections is the same for both.
 */
import type { Connection } from './connection.ts';
import type { HttpDefaults } from '../httpDefaults.ts';
import type { FlatHeaders } from '../request/requestHeaders.ts';
import type { Wiring } from './wiring.ts';

export type Engine = {
  /** Requests without a name are named by the URL that the scenario wrote, as by Locust's FastHttpUser; else by their path, as by its HttpUser. */
  readonly namesByUrl: boolean;
  /** Throws a BoomerError for settings that it cannot honour. */
  readonly check: (defaults: HttpDefaults) => void;
  /** Makes connections as `wiring` says; `headers` are those of requests that bring none of their own. */
  readonly connector: (wiring: Wiring, headers: FlatHeaders) => () => Connection;
};
