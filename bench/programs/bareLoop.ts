/** The peer of the no-op task: `USERS` async loops that time nothing and record it. `bareLoop.js USERS MS` */
import { build } from 'hdr-histogram-js';

const [users = '50', lengthMs = '2000'] = process.argv.slice(2);
const histogram = build({ bitBucketSize: 64, autoResize: false, lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000, numberOfSignificantValueDigits: 3, useWebAssembly: false });
let tasks = 0;
let endMs = 0;

function nothing(): Promise<void> {
  const startMs = performance.now();
  endMs = performance.now();
  histogram.recordValue(Math.round((endMs - startMs) * 1000));
  tasks++;
  return Promise.resolve();
}

async function user(untilMs: number): Promise<void> {
  while (endMs < untilMs) await nothing();
}

const all = (untilMs: number): Promise<unknown> => Promise.all(Array.from({ length: Number(users) }, () => user(untilMs)));
await all(performance.now() + 1000);
tasks = 0;
const beganMs = performance.now();
await all(beganMs + Number(lengthMs));
process.stdout.write(`${Math.round((tasks * 1000) / (performance.now() - beganMs))} a second\n`);
