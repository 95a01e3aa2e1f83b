/** Times reports of a thread that recorded 20 requests under each of `NAMES` names. `reportCost.js NAMES REPORTS` */
import { Aggregator } from '../../src/stats/aggregator.ts';
import { Recorder } from '../../src/stats/recorder.ts';
import { encodeMessage } from '../../src/protocol/wire/codec.ts';
import { toStatsData } from '../../src/protocol/wire/statsMessage.ts';
import { median } from '../support/medians.ts';

const [names = '1000', reports = '20'] = process.argv.slice(2);
/** The first reports run code that is not yet compiled. */
const warmUpReports = 5;

const aggregator = new Aggregator({ nowSec: () => Date.now() / 1000 });
const recorder = new Recorder({
  sink: (message) => aggregator.define('thread', message),
  problem: () => undefined,
  wallOffsetMs: performance.timeOrigin,
});

const readMs: number[] = [];
const wireMs: number[] = [];
const cloneMs: number[] = [];
let frameBytes = 0;
for (let report = 0; report < warmUpReports + Number(reports); report++) {
  for (let index = 0; index < Number(names); index++) {
    for (let request = 0; request < 20; request++) {
      recorder.record('GET', `/page/${index}`, 5 + ((index * 7 + request * 13) % 190), 100, null, performance.now());
    }
  }
  const startMs = performance.now();
  const taken = aggregator.takeReport();
  const readAtMs = performance.now();
  frameBytes = encodeMessage({ type: 'stats', data: toStatsData(taken, { User: 50 }, {}) }, 'host_0123456789abcdef').byteLength;
  const wireAtMs = performance.now();
  structuredClone(taken);
  if (report < warmUpReports) continue;
  readMs.push(readAtMs - startMs);
  wireMs.push(wireAtMs - readAtMs);
  cloneMs.push(performance.now() - wireAtMs);
}
process.stdout.write(`${JSON.stringify({ readMs: median(readMs), wireMs: median(wireMs), cloneMs: median(cloneMs), frameKb: frameBytes / 1000 })}\n`);
