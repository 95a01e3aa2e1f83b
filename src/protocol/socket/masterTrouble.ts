/** Why no master answers at an address: looked at over plain TCP, as a ZeroMQ socket says nothing of it. */
import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { hasCode } from '../../util/errorText.ts';
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
  switch (seen) {
    case 'refused':
      return `the connection is refused: nothing listens on port ${port} there`;
    case 'unreachable':
      return `there is no way to it in the network (${address.address})`;
    case 'no answer':
      return `it is silent: ${address.address} takes no connection within ${connectMs / 1000} s. Is the machine on, and does a firewall let port ${port} through?`;
    case 'zeromq':
      return 'it speaks ZeroMQ, but does not answer as a Locust master: is it one, and is the port its --master-bind-port?';
    case 'other':
      return `what listens there is no Locust master (it does not speak ZeroMQ): ${port === 8089 ? "8089 is the port of Locust's web UI, a master's is 5557" : "a master's port is 5557, or its --master-bind-port"}`;
  }
}

type Seen = 'refused' | 'unreachable' | 'no answer' | 'zeromq' | 'other';

function look(host: string, port: number, connectMs: number, greetingMs: number): Promise<Seen> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let callOff = callLater(() => settle('no answer'), connectMs);
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
      callOff = callLater(() => settle('other'), greetingMs);
    });
    socket.on('data', (bytes: Buffer) => {
      greeting = Buffer.concat([greeting, bytes]);
      if (greeting[0] !== 0xff) settle('other');
      else if (greeting.length >= signatureBytes) settle(greeting[signatureBytes - 1] === 0x7f ? 'zeromq' : 'other');
    });
    socket.on('close', () => settle('other'));
    socket.on('error', (error) => settle(isConnected ? 'other' : hasCode(error, 'ECONNREFUSED') ? 'refused' : hasCode(error, 'ETIMEDOUT') ? 'no answer' : 'unreachable'));
  });
}
