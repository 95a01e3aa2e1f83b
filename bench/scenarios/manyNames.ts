import { openSync, readSync } from 'node:fs';
import { User, between, sendMessage, task, type WaitTime } from 'boomer-node';

const names = Array.from({ length: 1000 }, (_, index) => `/page/${index}`);
const slotMs = 50;

/** Records under 1 000 names, about 5 000 requests a second with 50 users. */
export class BenchManyNames extends User {
  override waitTime: WaitTime = between(0.005, 0.015);

  @task
  page(): void {
    this.record({ type: 'GET', name: this.random.pick(names), elapsedMs: this.random.float(1, 200), bytes: 100 });
  }
}

// The event loop's longest standstill in each 50 ms: a timer of 1 ms that should have fired and did not. What the thread
// waited for a core, because of other programs, is left out: the system counts it.
const schedulerFile = openSync('/proc/thread-self/schedstat', 'r');
const schedulerText = Buffer.alloc(100);

/** Milliseconds that this thread was ready to run and had no core. */
function waitedMs(): number {
  const length = readSync(schedulerFile, schedulerText, 0, schedulerText.length, 0);
  return Number(schedulerText.toString('latin1', 0, length).split(' ')[1]) / 1e6;
}

let lastWaitedMs = waitedMs();
let slot = 0;
let maxMs = 0;
let lastMs = performance.now();
let slots: [unixMs: number, stallMs: number][] = [];

setInterval(() => {
  const nowMs = performance.now();
  const nowWaitedMs = waitedMs();
  maxMs = Math.max(maxMs, nowMs - lastMs - 1 - (nowWaitedMs - lastWaitedMs));
  lastMs = nowMs;
  lastWaitedMs = nowWaitedMs;
  const current = Math.floor(nowMs / slotMs);
  if (current === slot) return;
  slots.push([performance.timeOrigin + nowMs, maxMs]);
  slot = current;
  maxMs = 0;
}, 1);

setInterval(() => {
  sendMessage('bench', slots);
  slots = [];
}, 1000);
