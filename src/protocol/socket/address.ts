/** Where the master is, in ZeroMQ's words (Locust rpc/zmqrpc.py:60-94). */
import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';

/** What a socket connects to. */
export type Endpoint = {
  /** `tcp://host:port`; an IPv6 literal in brackets. */
  readonly address: string;
  /** Whether the socket must speak IPv6: without it, it cannot reach an IPv6 host at all. */
  readonly isIpv6: boolean;
};

/** Resolves a host name; a test may hand in its own. */
export type Resolve = (host: string) => Promise<readonly { readonly family: number; readonly address: string }[]>;

/**
 * The endpoint for a host and port. `host` is a name, an IPv4 or an IPv6 literal, the latter with or without brackets.
 * As in Locust, a name is spoken to over IPv4 only when it has no IPv6 address; one that cannot be resolved yet may
 * turn out to have one. Of a name with addresses of both families ZeroMQ would try the first alone, so the first that
 * takes a connection is meant, if one does within a second.
 */
export async function endpointOf(host: string, port: number, resolve: Resolve = resolveAll): Promise<Endpoint> {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const family = isIP(bare);
  if (family === 6) return { address: `tcp://[${bare}]:${port}`, isIpv6: true };
  if (family === 4) return { address: `tcp://${bare}:${port}`, isIpv6: false };
  const found = await resolve(bare).catch(() => null);
  const hasIpv6 = found === null || found.some((each) => each.family === 6);
  const answering = found !== null && hasIpv6 && found.some((each) => each.family === 4) ? await firstAnswering(found.map((each) => each.address), port) : null;
  if (answering !== null) return endpointOf(answering, port);
  return { address: `tcp://${bare}:${port}`, isIpv6: hasIpv6 };
}

const answerWaitMs = 1_000;

/** The first address in order that takes a connection; null when none does within a second. Nothing is sent. */
async function firstAnswering(addresses: readonly string[], port: number): Promise<string | null> {
  const answers = await Promise.all(addresses.map((address) => takesConnection(address, port)));
  return addresses.find((_, at) => answers[at]) ?? null;
}

function takesConnection(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: answerWaitMs });
    const settle = (isTaken: boolean): void => {
      resolve(isTaken);
      socket.destroy();
    };
    socket.on('connect', () => settle(true)).on('error', () => settle(false)).on('timeout', () => settle(false));
  });
}

function resolveAll(host: string): ReturnType<Resolve> {
  return lookup(host, { all: true });
}
