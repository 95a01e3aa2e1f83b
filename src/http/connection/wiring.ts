/**
 * How connections to one origin are made.
 */
import type { SecureContext } from 'node:tls';
import type { AllowedHosts } from '../request/allowedHosts.ts';
import type { Proxy } from '../request/proxySetting.ts';

export type ConnectionTimeouts = {
  /** Milliseconds, whole; undici's cheap timers keep the first two to about a second. */
  readonly headersMs: number;
  readonly bodyMs: number;
  readonly connectMs: number;
};

/** What `tls.connect` is to know beyond the host; the context is made once for all users of a class. */
export type TlsSettings = {
  readonly secureContext?: SecureContext;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
};

export type Wiring = {
  readonly origin: string;
  readonly timeouts: ConnectionTimeouts;
  readonly tls: TlsSettings;
  readonly socketPath: string | null;
  readonly proxy: Proxy | null;
  /** What a name may stand for; null: for whatever it does. */
  readonly allowed: AllowedHosts | null;
  /** Offers HTTP/2 in the TLS handshake. */
  readonly http2: boolean;
};
