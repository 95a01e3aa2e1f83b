/** TCP ports on loopback: which one is free. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Where everything of one machine listens. */
export const loopback = '127.0.0.1';

/** True when this process could listen there now. */
export async function isPortFree(port: number, host: string = loopback): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

const handedOut = new Set<number>();

/**
 * A port that nobody listens on and that was not returned before, from 20 000 to 31 999: below the ports that operating systems hand to outgoing
 * connections, so that a load test running beside us does not take it between this answer and its use.
 */
export async function freePort(host: string = loopback): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(20_000, 32_000);
    if (handedOut.has(port) || !(await isPortFree(port, host))) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error(`100 random ports from 20000 to 31999 on ${host} are all taken; is there a listener on every one of them?`);
}

/** `preferred` when it is free, otherwise another one. */
export async function preferPort(preferred: number, host: string = loopback): Promise<number> {
  return (await isPortFree(preferred, host)) ? preferred : await freePort(host);
}
