/** A process of its own, with little memory: one user fills its thread's; says what was lost and what was counted. */
import { fileURLToPath } from 'node:url';
import { bundleScenario } from '../../dist/compile/bundle.js';
import { ThreadPool } from '../../dist/engine/main/threadPool.js';
import { Aggregator } from '../../dist/stats/aggregator.js';

const aggregator = new Aggregator({ nowSec: () => Date.now() / 1000 });
const bundle = await bundleScenario([fileURLToPath(new URL('../fixtures/threadsFaults.ts', import.meta.url))]);
let lost = null;

const pool = await ThreadPool.start({
  threadCount: 1,
  bundleUrls: bundle.urls,
  host: null,
  hangTimeoutMs: 0,
  nowMs: () => performance.now(),
  log: () => undefined,
  ledgers: {
    define: (key, message) => aggregator.define(key, message),
    threadEnded: (key) => aggregator.removeThread(key),
  },
  sink(input) {
    if (input.kind === 'exception' && lost === null) {
      lost = input.message;
      pool.stopUsers(2, 0);
    } else if (input.kind === 'usersStopped') {
      const { numRequests, numFailures } = aggregator.takeReport().total;
      console.log(JSON.stringify({ lost, numRequests, numFailures }));
      void pool.close().then(bundle.removeNow);
    }
  },
});
pool.startRun({ host: null, parsedOptions: {}, tags: null, excludeTags: null, workerIndex: 0 });
pool.setUsers(1, { OutOfMemory: 1 }, 0);
