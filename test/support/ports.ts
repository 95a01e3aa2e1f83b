/** Free TCP ports on loopback, for tests. */
import type { Router } from 'zeromq';
import { until } from './until.ts';

export { freePort, isPortFree, loopback } from '../../src/cluster/ports.ts';

/** Listens at a ZeroMQ address, also one that a socket which was just closed still has: ZeroMQ lets go of a port a moment later. */
export async function bindRouter(router: Router, address: string): Promise<void> {
  await until(`${address} to be free`, () => router.bind(address).then(() => true), { timeoutMs: 20_000, everyMs: 10 });
}
