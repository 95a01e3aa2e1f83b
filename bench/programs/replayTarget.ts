/**
 * A server that counts requests to `/item/ID`. `replayTarget.js` prints `listening on URL`; `/seen` answers with how many came, and how many of them were new.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let count = 0;
const ids = new Set<string>();

const server = createServer((request, response) => {
  if (request.url === '/seen') {
    response.end(JSON.stringify({ count, distinct: ids.size }));
    return;
  }
  count += 1;
  ids.add((request.url ?? '').split('?', 1)[0] ?? '');
  request.resume();
  response.end('Hello, bench user');
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
