/**
 * boomer's form: functions with a weight, timed and recorded by hand. They run for any user class of the master
 * (locust --master -f locust/dummy.py).
 *
 *   npx boomer-node worker examples/boomer.ts --master-host 127.0.0.1
 *
 * Compiled to JavaScript it is a program of its own: node boomer.js --master-host 127.0.0.1
 */
import { parseArgs } from 'node:util';
import { ownArguments, recordFailure, recordSuccess, run } from 'boomer-node';

// Flags of your own, where Go's programs use the package flag: … --master-host 127.0.0.1 -- --target http://127.0.0.1:8080
const { values } = parseArgs({
  args: ownArguments(),
  options: { target: { type: 'string', default: process.env['TARGET'] ?? 'http://127.0.0.1:8080' } },
});
const host = values.target;

async function get(name: string, path: string): Promise<void> {
  const start = performance.now();
  try {
    const response = await fetch(host + path);
    const body = await response.arrayBuffer();
    const elapsedMs = performance.now() - start;
    if (response.ok) recordSuccess('http', name, elapsedMs, body.byteLength);
    else recordFailure('http', name, elapsedMs, `status ${response.status}`);
  } catch (error) {
    recordFailure('http', name, performance.now() - start, error);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const hello = {
  name: 'hello',
  weight: 10,
  async fn() {
    await get('hello', '/hello');
    await pause(20);
  },
};

const world = {
  name: 'world',
  weight: 20,
  async fn() {
    await get('world', '/world');
    await pause(10);
  },
};

run(hello, world);
