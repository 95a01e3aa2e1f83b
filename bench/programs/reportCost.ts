/**
 * Times reports of a thread that recorded 20 requests under each of `NAMES` names, at once and in turns of the event loop, as a worker makes
 * them. `reportCost.js NAMES REPORTS`
 */
import { readFileSync } from 'node:fs';
import { Aggregator } from '../../src/stats/aggregator.ts';
import { Recorder } from '../../src/stats/recorder.ts';
import { encodeMessage, encodeStatsInSteps } from '../../src/protocol/wire/codec.ts';
import { statsDataInSteps, toStatsData } from '../../src/protocol/wire/statsMessage.ts';
import { doneInTurns, type Steps } from '../../src/util/steps.ts';
import { median } from '../support/medians.ts';

const [names = '1000', reports = '20'] = process.argv.slice(2);
/** The first reports run code that is not yet compiled. */
const warmUpReports = 5;
const nodeId = 'host_0123456789abcdef';
const counts = { User: 50 };

const aggregator = new Aggregator({ nowSec: () => Date.now() / 1000, isPrecise: true });
const recorder = new Recorder({
  sink: (message) => aggregator.define('thread', message),
  problem: () => undefined,
  wallOffsetMs: performance.timeOrigin,
  hasRowHistograms: false,
});

const readMs: number[] = [];
const wireMs: number[] = [];
const cloneMs: number[] = [];
const turnsMs: number[] = [];
const longestMs: number[] = [];
let frameBytes = 0;
for (let report = 0; report < warmUpReports + Number(reports); report++) {
  record();
  const startMs = coreMs();
  const taken = aggregator.takeReport();
  const readAtMs = coreMs();
  frameBytes = encodeMessage({ type: 'stats', data: toStatsData(taken, counts, {}) }, nodeId).byteLength;
  const wireAtMs = coreMs();
  structuredClone(taken);
  const cloneAtMs = coreMs();
  record();
  const inTurns = await stretches(() => doneInTurns(stats()));
  if (report < warmUpReports) continue;
  readMs.push(readAtMs - startMs);
  wireMs.push(wireAtMs - readAtMs);
  cloneMs.push(cloneAtMs - wireAtMs);
  turnsMs.push(inTurns.wholeMs);
  longestMs.push(inTurns.longestMs);
}
process.stdout.write(
  `${JSON.stringify({ readMs: median(readMs), wireMs: median(wireMs), cloneMs: median(cloneMs), turnsMs: median(turnsMs), longestMs: median(longestMs), frameKb: frameBytes / 1000 })}\n`,
);

function record(): void {
  for (let index = 0; index < Number(names); index++) {
    for (let request = 0; request < 20; request++) {
      recorder.record('GET', `/page/${index}`, 5 + ((index * 7 + request * 13) % 190), 100, null, performance.now());
    }
  }
}

function* stats(): Steps<Uint8Array> {
  const report = yield* aggregator.reportInSteps();
  const data = yield* statsDataInSteps(report, counts, {}, () => undefined, 0, false);
  return yield* encodeStatsInSteps(data, nodeId);
}

/** How long the work takes, and the longest time that the event loop stood still for it. */
async function stretches(work: () => unknown): Promise<{ readonly wholeMs: number; readonly longestMs: number }> {
  let isOver = false;
  let longestMs = 0;
  let lastMs = coreMs();
  const startMs = lastMs;
  const look = (): void => {
    const nowMs = coreMs();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  await work();
  const wholeMs = coreMs() - startMs;
  isOver = true;
  await new Promise((resolve) => setImmediate(resolve));
  return { wholeMs, longestMs };
}

/** A clock without the time in which this thread was ready to run and had no core. */
function coreMs(): number {
  const waitedNs = Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]);
  return performance.now() - waitedNs / 1e6;
}
