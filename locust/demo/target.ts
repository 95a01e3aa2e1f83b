/**
 * The target as a program: `node dist/demo/target.js [PORT]`. Prints its address and runs until a signal, or until
 * its standard input ends where that is a pipe: so it is gone when its parent is, however that one died.
 */
import { fstatSync } from 'node:fs';

import { createTarget } from './targetServer.ts';

const loopback = '127.0.0.1';
const server = createTarget();

const end = (): void => {
  server.close();
  server.closeAllConnections();
  process.stdin.destroy();
};
process.once('SIGTERM', end);
process.once('SIGINT', end);
if (isPipe(0)) process.stdin.once('close', end).resume();

server.once('error', (error) => {
  process.stderr.write(`the target cannot listen: ${error.message}\n`);
  process.exitCode = 1;
  process.stdin.destroy();
});
server.listen(Number(process.argv[2] ?? 0), loopback, () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.stdout.write(`target listening on http://${loopback}:${address.port}\n`);
});

function isPipe(descriptor: number): boolean {
  const stat = fstatSync(descriptor);
  return stat.isFIFO() || stat.isSocket();
}
