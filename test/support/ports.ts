/** Free TCP ports on loopback, for tests. */
export { freePort, isPortFree, loopback } from '../../src/demo/ports.ts';
