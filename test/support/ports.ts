/** Free TCP ports on loopback, for tests. */
export { freePort, isPortFree, loopback } from '../../locust/demo/ports.ts';
