/**
 * A real thread records as fast as it can while the main thread reads as often as it can.
 */
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { Aggregator } from '../../src/stats/aggregator.ts';
import type { LedgerMessage } from '../../src/stats/ledgerMessages.ts';
import type { Report } from '../../src/stats/report.ts';
import { expectConsistent, expectRowsConsistent, ReportsSum } from '../unit/stats/reportChecks.ts';

/** What the thread counted by itself, sample by sample. */
type Truth = Readonly<
  Record<'requests' | 'nones' | 'failures' | 'totalMs' | 'minMs' | 'maxMs' | 'bytes', number>
>;
type FromThread = LedgerMessage | { readonly kind: 'done'; readonly truth: Readonly<Record<string, Truth>> };

/** Words of the flags shared with the thread. */
const stopWord = 0;
const samplesWord = 1;

/** Nine rows with times from 0 to 4 s, some without one, some failed; all times are multiples of 1/8 ms, so sums are exact. */
const threadSource = `
  import { parentPort, workerData } from 'node:worker_threads';
  import { Recorder } from './src/stats/recorder.ts';
  const flags = new Int32Array(workerData);
  const recorder = new Recorder({
    sink: (message) => parentPort.postMessage(message),
    problem: (text) => { throw new Error(text); },
    wallOffsetMs: performance.timeOrigin,
  });
  const truth = {};
  const rows = [];
  for (let index = 0; index < 9; index++) {
    const name = '/row/' + index;
    rows.push({ name, handle: recorder.row('GET', name) });
    truth[name] = { requests: 0, nones: 0, failures: 0, totalMs: 0, minMs: Infinity, maxMs: 0, bytes: 0 };
  }
  let random = 1;
  function sample() {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    const row = rows[random % rows.length];
    const elapsedMs = (random & 0xf0000) === 0 ? null : ((random >>> 8) % (1 << (random >>> 29) * 2 + 1)) / 8 * (row.name === '/row/8' ? 2000 : 1);
    const bytes = random >>> 20;
    const counted = truth[row.name];
    const endMs = performance.now();
    if ((random & 0xf000) === 0) {
      row.handle.failure(elapsedMs, bytes, 'error ' + (random >>> 31), endMs);
      counted.failures++;
    } else {
      row.handle.success(elapsedMs, bytes, endMs);
    }
    counted.requests++;
    counted.bytes += bytes;
    if (elapsedMs === null) counted.nones++;
    else {
      counted.totalMs += elapsedMs;
      counted.minMs = Math.min(counted.minMs, elapsedMs);
      counted.maxMs = Math.max(counted.maxMs, elapsedMs);
    }
    Atomics.add(flags, ${samplesWord}, 1);
  }
  // The slots of errors are defined before main may look, so that every single report can be checked in full.
  for (let count = 0; count < 5000; count++) sample();
  setImmediate(() => {
    while (Atomics.load(flags, ${stopWord}) === 0) sample();
    parentPort.postMessage({ kind: 'done', truth });
  });
`;

const bundled = buildSync({
  stdin: { contents: threadSource, resolveDir: process.cwd(), loader: 'ts' },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  // A worker made of a text has no file.
  define: { 'import.meta.url': JSON.stringify(import.meta.url) },
}).outputFiles[0]?.text;

/** Asks again each turn of the event loop, for 50 s at most. */
async function until(isTrue: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 50_000;
  while (!isTrue()) {
    if (performance.now() > deadlineMs) throw new Error('The thread did not come so far within 50 s.');
    await setImmediate();
  }
}

class WritingThread {
  readonly flags = new Int32Array(new SharedArrayBuffer(8));
  readonly aggregator = new Aggregator({ nowSec: () => Date.now() / 1000 });
  readonly worker = new Worker(bundled ?? '', { eval: true, workerData: this.flags.buffer });
  readonly exited = new Promise<number>((resolve) => this.worker.once('exit', resolve));
  truth: Readonly<Record<string, Truth>> | null = null;

  constructor() {
    this.worker.on('message', (message: FromThread) => {
      if (message.kind === 'done') this.truth = message.truth;
      else this.aggregator.define('thread', message);
    });
  }

  samples(): number {
    return Atomics.load(this.flags, samplesWord);
  }

  /** Reads until so many reports had samples in them; each is checked by `check`, then added up. */
  async reports(wanted: number, sum: ReportsSum, check: (report: Report) => void): Promise<void> {
    let withSamples = 0;
    await until(() => {
      const report = this.aggregator.takeReport();
      check(report);
      sum.add(report);
      if (report.total.numRequests > 0) withSamples++;
      return withSamples >= wanted;
    });
  }

  async firstSamples(): Promise<void> {
    await until(() => this.samples() >= 10_000);
  }

  /** Lets the thread end by itself, with its own count. */
  async end(): Promise<Readonly<Record<string, Truth>>> {
    Atomics.store(this.flags, stopWord, 1);
    await until(() => this.truth !== null);
    return this.truth ?? {};
  }
}

const threads: WritingThread[] = [];

function start(): WritingThread {
  const thread = new WritingThread();
  threads.push(thread);
  return thread;
}

afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.worker.terminate();
});

test('every report of a thread that writes at full speed is whole, and together they are exact', async () => {
  const thread = start();
  await thread.firstSamples();
  const sum = new ReportsSum();
  const before = thread.samples();
  await thread.reports(100, sum, expectConsistent);
  expect(thread.samples()).toBeGreaterThan(before + 10_000);
  const reportsWhileWriting = sum.total.numRequests;
  const truth = await thread.end();
  await thread.reports(1, sum, expectConsistent);
  expect(sum.total.numRequests).toBeGreaterThan(reportsWhileWriting);

  expect(sum.rows.size).toBe(Object.keys(truth).length);
  for (const [name, counted] of Object.entries(truth)) {
    expect(sum.rows.get(JSON.stringify(['GET', name]))).toMatchObject({
      numRequests: counted.requests,
      numNoneRequests: counted.nones,
      numFailures: counted.failures,
      totalResponseTimeMs: counted.totalMs,
      minResponseTimeMs: counted.minMs,
      maxResponseTimeMs: counted.maxMs,
      totalContentLength: counted.bytes,
    });
    expect(thread.aggregator.rowHistogram('GET', name).count).toBe(counted.requests - counted.nones);
  }
  expect(sum.total.numRequests).toBe(thread.samples());
  expect(thread.aggregator.totals()).toMatchObject({ requests: thread.samples(), failures: sum.total.numFailures });
});

test('the samples of a thread that is killed at full speed are all there, but for the one that it was writing', async () => {
  const thread = start();
  await thread.firstSamples();
  const sum = new ReportsSum();
  await thread.reports(30, sum, expectConsistent);
  // On a busy machine the thread may not get a core for a while: there must be something that no report has carried.
  const reported = thread.samples();
  while (thread.samples() < reported + 100) await new Promise((resolve) => setTimeout(resolve, 1));
  await thread.worker.terminate();
  await thread.exited;
  expect(thread.truth).toBeNull();
  thread.aggregator.removeThread('thread');
  const rest = thread.aggregator.takeReport();
  expectRowsConsistent(rest);
  sum.add(rest);
  expect(rest.total.numRequests).toBeGreaterThan(0);
  // The thread adds to its own count after the sample: it may have been killed in between, or within the sample.
  expect([thread.samples(), thread.samples() + 1]).toContain(sum.total.numRequests);
  expect(thread.aggregator.takeReport().total.numRequests).toBe(0);
});

test('a new run that begins while a thread writes has each of its samples once and none from before', async () => {
  const thread = start();
  await thread.firstSamples();
  let inRuns = 0;
  const first = thread.samples();
  for (let run = 0; run < 10; run++) {
    const before = thread.samples();
    thread.aggregator.clear();
    const sum = new ReportsSum();
    await thread.reports(3, sum, expectRowsConsistent);
    expect(sum.total.numRequests).toBeLessThanOrEqual(thread.samples() + 1 - before);
    expect(thread.aggregator.totals().requests).toBeGreaterThanOrEqual(sum.total.numRequests);
    inRuns += sum.total.numRequests;
  }
  expect(inRuns).toBeLessThanOrEqual(thread.samples() + 1 - first);
});
