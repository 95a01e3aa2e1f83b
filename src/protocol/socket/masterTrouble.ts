/** Why no master answers at an address: looked at over plain TCP, as a ZeroMQ socket says nothing of it. */
import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { callLater } from '../../util/timers.ts';

/** How long the network may take to answer, and the other side to greet. */
const connectWaitMs = 3_000;
const greetingWaitMs = 2_000;

/** How ZeroMQ greets (ZMTP 3, https://rfc.zeromq.org/spec/23): a signature of ten bytes, before it hears anything. */
const signatureBytes = 10;

/** What is wrong, as the end of `no master answers at HOST:PORT: …`. It costs the other side one connection on which nothing is sent. */
export async function masterTrouble(host: string, port: number, { connectMs = connectWaitMs, greetingMs = greetingWaitMs }: { readonly connectMs?: number; readonly greetingMs?: number } = {}): Promise<string> {
  const name = host.replace(/^\[(.*)\]$/u, '$1');
  const address = isIP(name) === 0 ? await lookup(name).catch(() => null) : { address: name };
  if (address === null) return `the name ${name} is not known here: is it spelt right, and does this machine's DNS know it?`;
  const seen = await look(address.address, port, connectMs, greetingMs);
  switch (seen.type) {
    case 'refused':
      return `the connection is refused: nothing listens on port ${port} there`;
    case 'unreachable':
      return `there is no way to it in the network (${address.address}: ${seen.code}): is the address right, and is this machine in its network?`;
    case 'no answer':
      return `it is silent: ${address.address} takes no connection within ${connectMs / 1000} s. Is the machine on, and does a firewall let port ${port} through?`;
    case 'zeromq':
      return 'it speaks ZeroMQ, but does not answer as a Locust master: is it one, and is the port its --master-bind-port?';
    case 'mute':
      return `it takes the connection and says nothing within ${greetingMs / 1000} s, where a master greets at once: ${webPort(port) ?? 'does the master stand still (stopped, in a debugger, out of memory), or is it something else that listens there, such as a web server?'}`;
    case 'other':
      return `what listens there is no Locust master (it does not speak ZeroMQ): ${webPort(port) ?? "a master's port is 5557, or its --master-bind-port"}`;
  }
}

/** The one port that is often taken for the master's. */
function webPort(port: number): string | null {
  return port === 8089 ? "8089 is the port of Locust's web UI, a master's is 5557" : null;
}

type Seen =
  | { readonly type: 'refused' | 'no answer' | 'mute' | 'zeromq' | 'other' }
  | { readonly type: 'unreachable'; readonly code: string };

function look(host: string, port: number, connectMs: number, greetingMs: number): Promise<Seen> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let callOff = callLater(() => settle({ type: 'no answer' }), connectMs);
    let greeting = Buffer.alloc(0);
    let isConnected = false;
    const settle = (seen: Seen): void => {
      callOff();
      resolve(seen);
      socket.destroy();
    };
    socket.on('connect', () => {
      isConnected = true;
      callOff();
      callOff = callLater(() => settle({ type: greeting.length === 0 ? 'mute' : 'other' }), greetingMs);
    });
    socket.on('data', (bytes: Buffer) => {
      greeting = Buffer.concat([greeting, bytes]);
      if (greeting[0] !== 0xff) settle({ type: 'other' });
      else if (greeting.length >= signatureBytes) settle({ type: greeting[signatureBytes - 1] === 0x7f ? 'zeromq' : 'other' });
    });
    socket.on('close', () => settle({ type: 'other' }));
    socket.on('error', (error: NodeJS.ErrnoException) => settle(isConnected ? { type: 'other' } : seenIn(error)));
  });
}

/** What a connection that never came to be says. */
function seenIn({ code = 'unknown' }: NodeJS.ErrnoException): Seen {
  if (code === 'ECONNREFUSED') return { type: 'refused' };
  return code === 'ETIMEDOUT' ? { type: 'no answer' } : { type: 'unreachable', code };
}
