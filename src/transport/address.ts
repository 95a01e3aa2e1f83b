/** Where the master is, in ZeroMQ's words (Locust rpc/zmqrpc.py:60-94). */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

export type Endpoint = {
  /** `tcp://host:port`; an IPv6 literal in brackets. */
  readonly address: string;
  /** Whether the socket must speak IPv6: without it, it cannot reach an IPv6 host at all. */
  readonly isIpv6: boolean;
};

/** Resolves a host name; a test may hand in its own. */
export type Resolve = (host: string) => Promise<readonly { readonly family: number }[]>;

/**
 * The endpoint for a host and port. `host` is a name, an IPv4 or an IPv6 literal, the latter with or without brackets.
 * As in Locust, a name is spoken to over IPv4 only when it has no IPv6 address; one that cannot be resolved yet may
 * turn out to have one.
 */
export async function endpointOf(host: string, port: number, resolve: Resolve = resolveAll): Promise<Endpoint> {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const family = isIP(bare);
  if (family === 6) return { address: `tcp://[${bare}]:${port}`, isIpv6: true };
  if (family === 4) return { address: `tcp://${bare}:${port}`, isIpv6: false };
  return { address: `tcp://${bare}:${port}`, isIpv6: await mayBeIpv6(bare, resolve) };
}

async function mayBeIpv6(name: string, resolve: Resolve): Promise<boolean> {
  try {
    return (await resolve(name)).some(({ family }) => family === 6);
  } catch {
    return true;
  }
}

function resolveAll(host: string): Promise<readonly { readonly family: number }[]> {
  return lookup(host, { all: true });
}
