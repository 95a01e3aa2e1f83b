/**
 * The hosts that this process may send load to (`--allow-host`), whatever a scenario, a master's host field or a redirect says.
 */
import { isIP } from 'node:net';
import { BoomerError } from '../../util/boomerError.ts';
import { hostPortOf, isHostOf, parseHostPattern, type HostPattern } from '../../util/hostPattern.ts';
import { PerLoad } from '../../util/perLoad.ts';

/** A request that was not sent: its host is none of those that are allowed. */
export class HostNotAllowedError extends Error {
  override readonly name: string = 'HostNotAllowed';
  readonly code = 'BOOMER_HOST_NOT_ALLOWED';

  constructor(host: string) {
    super(`${host} is not among the hosts of --allow-host`);
  }
}

/** What `--allow-host` lists. */
export class AllowedHosts {
  readonly #patterns: readonly HostPattern[];

  /** Throws a BoomerError for what is neither a name nor an address nor a network. */
  constructor(written: readonly string[]) {
    this.#patterns = written.map((each) => {
      const pattern = parseHostPattern(each);
      if (pattern === null) throw new BoomerError('bad-allow-host', `--allow-host '${each}' is no host: write a name (shop.example, *.shop.example), an address or a network (10.0.0.0/8, fd00::/8), each with :PORT if only that is meant`);
      return pattern;
    });
  }

  /** By its name (or address) as it is written; what has no answer yet may still be allowed by an address of a name. */
  names(host: string, port: number): boolean {
    return this.#patterns.some((pattern) => isHostOf(pattern, host, port));
  }

  /** A name that has `address`. */
  allows(host: string, port: number, address: string): boolean {
    return this.names(host, port) || this.names(address, port);
  }

  get hasNetworks(): boolean {
    return this.#patterns.some(({ network }) => network !== null);
  }
}

/**
 * The host of `origin`, or of the proxy before it (both as `http://host:port`), if requests there are refused whatever its
 * addresses; else null. A name that is not listed may have an address in a listed network: that shows when it is looked up, which
 * nobody here does for a host behind a proxy.
 */
export function refusedHost(allowed: AllowedHosts, origin: string, proxyOrigin: string | null): string | null {
  const isRefused = (url: string, mayHaveAddress: boolean): boolean => {
    const { host, port } = hostPortOf(new URL(url));
    if (allowed.names(host, port)) return false;
    return !(mayHaveAddress && isIP(host) === 0 && allowed.hasNetworks);
  };
  const refused = isRefused(origin, proxyOrigin === null) ? origin : proxyOrigin !== null && isRefused(proxyOrigin, proxyOrigin.startsWith('http:')) ? proxyOrigin : null;
  return refused === null ? null : refused.slice(refused.indexOf('//') + 2);
}

const ofThread = new PerLoad<AllowedHosts | null>(null);

/** The thread's entry says which hosts are allowed; null: all. */
export function allowHosts(written: readonly string[] | null): void {
  ofThread.set(written === null ? null : new AllowedHosts(written));
}

/** null: every host. */
export function allowedHosts(): AllowedHosts | null {
  return ofThread.get();
}
