/** The worker's name: the socket's identity and the third element of every message. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** ZeroMQ identities hold at most 255 bytes; host names are far shorter, but a wrong one must not stop the worker. */
const maxHostCharacters = 50;

/**
 * `hostname_` and 32 hex digits (Locust runners.py:1242). The master takes what stands before the first `_` for the
 * host when it spreads users over machines (dispatch.py:138-150), so an underscore in the host name becomes a dash.
 */
export function newNodeId(host: string = hostname(), uuid: string = randomUUID()): string {
  const place = Array.from(host.toWellFormed()).slice(0, maxHostCharacters).join('').replaceAll('_', '-');
  return `${place === '' ? 'worker' : place}_${uuid.replaceAll('-', '')}`;
}
