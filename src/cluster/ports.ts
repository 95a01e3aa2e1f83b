/**
 * TCP ports on loopback: which one is free; and a page that holds the web UI's port until Locust takes it over, and answers whoever looks
 * in too early: so the address is right from the first second on, and nobody else can take it meanwhile.
 */
import { randomInt } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
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

/** A page that holds a port. */
export type WaitingPage = {
  readonly port: number;
  /** Gives the port free. May be called twice. */
  readonly close: () => Promise<void>;
};

const html = `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="2">
<title>Locust is about to start</title>
<p>Locust is being installed or is starting. This page turns into its web UI by itself.
`;

/** Listens on `preferredPort`, or on another one when that is taken. */
export async function openWaitingPage(preferredPort: number): Promise<WaitingPage> {
  return (await tryOpen(preferredPort)) ?? (await openElsewhere());
}

async function openElsewhere(): Promise<WaitingPage> {
  const page = await tryOpen(await freePort());
  if (page === null) throw new Error('a port that was free a moment ago was taken by another process: start again');
  return page;
}

async function tryOpen(port: number): Promise<WaitingPage | null> {
  const server = createHttpServer((_request, response) => {
    response.writeHead(503, { 'content-type': 'text/html', connection: 'close', 'retry-after': '2' }).end(html);
  });
  const isOpen = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: loopback, exclusive: true }, () => resolve(true));
  });
  if (!isOpen) return null;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port, close };
}
