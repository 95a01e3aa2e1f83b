/**
 * Holds the web UI's port until Locust takes it over, and answers whoever looks in too early with a page that
 * reloads itself: so the address is right from the first second on, and nobody else can take it meanwhile.
 */
import { createServer } from 'node:http';

import { freePort, loopback } from './ports.ts';

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
  const server = createServer((_request, response) => {
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
