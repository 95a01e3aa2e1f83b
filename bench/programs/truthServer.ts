/**
 * A server that keeps account of its own service times: each answer takes from 5 to 60 ms, by a fixed seed.
 * `truthServer.js` prints `listening on URL`; `/truth` answers with what it has measured: count, p50 and p99 in milliseconds.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Random } from '../../src/util/random.ts';

const random = new Random('truth');
const serviceMs: number[] = [];

const server = createServer((request, response) => {
  const arrivedMs = performance.now();
  if (request.url === '/truth') {
    serviceMs.sort((one, other) => one - other);
    const at = (share: number): number => serviceMs[Math.max(0, Math.ceil(share * serviceMs.length) - 1)] ?? Number.NaN;
    response.end(JSON.stringify({ count: serviceMs.length, p50Ms: at(0.5), p99Ms: at(0.99) }));
    return;
  }
  setTimeout(() => {
    response.end('Hello, bench user');
    serviceMs.push(performance.now() - arrivedMs);
  }, 5 + 55 * random.next() ** 3);
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
