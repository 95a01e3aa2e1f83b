/** Free TCP ports on loopback, for tests. */
export { freePort, isPortFree, loopback } from '../../src/cluster/ports.ts';
