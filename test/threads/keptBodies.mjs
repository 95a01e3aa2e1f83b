/** A process of its own, with little heap: keeps more bytes of bodies than it holds; says how many it has, and whether they are right. */
import { createServer } from 'node:http';
import { fastEngine } from '../../dist/http/connection/fast/fastConnection.js';
import { HttpClient } from '../../dist/http/httpClient.js';

const megabytes = 200;
const body = 'x'.repeat(64 * 1024);
const server = createServer((_, answer) => answer.end(body));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const sink = { phase: () => 1, arrived: () => undefined, dropped: () => undefined, report: () => undefined };
const client = new HttpClient({ engine: fastEngine, baseUrl: `http://127.0.0.1:${server.address().port}`, sink });
const kept = [];
for (let at = 0; at < megabytes * 16; at += 1) kept.push(await client.get('/'));
console.log(JSON.stringify({ bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0), areRight: kept.every((response) => Buffer.compare(response.body.subarray(0, 100), Buffer.from(body.slice(0, 100))) === 0) }));
client.close();
server.close();
