/**
 * `boomer-node worker`: puts a worker together and waits for its end. The composition root of the main thread: the one
 * file that knows all the concrete parts, and nothing but how they are wired.
 */
import { appendFileSync } from 'node:fs';
import { constants, hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startAgent, type Agent } from '../agent/agent.ts';
import { healthMeter } from '../agent/health.ts';
import { newNodeId } from '../agent/identity.ts';
import type { UsersInput } from '../agent/ports.ts';
import { LogBuffer } from '../agent/logBuffer.ts';
import { locustTimings } from '../agent/timings.ts';
import { WorkerStatus } from '../outputs/workerStatus.ts';
import { Pool } from '../pool/pool.ts';
import { Aggregator } from '../stats/aggregator.ts';
import { connectDealer } from '../transport/dealer.ts';
import { BoomerError } from '../util/boomerError.ts';
import { createLogger, type Logger, type LogSink } from '../util/logger.ts';
import { bundleScenario } from './bundle.ts';
import { RecordedNumbers } from './recordedNumbers.ts';
import { scenarioFiles } from './scenarioFiles.ts';
import { onSignals } from './signals.ts';
import type { WorkerOptions } from './workerOptions.ts';

const statusEveryMs = 1000;

/** Runs a worker until the master, a signal or a silent master ends it; resolves with the exit code. */
export async function runWorker(options: WorkerOptions, version: string): Promise<number> {
  const files = await scenarioFiles(options.files, process.cwd());
  const nowMs = (): number => performance.now();
  const numbers = new RecordedNumbers(new Aggregator({ nowSec: () => Date.now() / 1000 }));
  const status = new WorkerStatus({
    isTerminal: options.isStatusShown && process.stderr.isTTY,
    columns: () => process.stderr.columns,
    write: (text) => process.stderr.write(text),
  });
  const buffer = new LogBuffer();
  const log = createLogger(options.logLevel, hostname(), [(line) => buffer.add(line), visibleLog(options, status)], () => new Date());

  let agent: Agent | null = null;
  // From the first moment on: a worker that ends while it starts leaves nothing behind either.
  const stopListening = onSignals((signal) => {
    if (agent === null) process.exit(128 + constants.signals[signal]);
    agent.signal();
  });
  // What the scenario says while it loads waits for the agent.
  const early: UsersInput[] = [];
  const pool = await startPool(options, files, numbers, log, (input) => (agent === null ? early.push(input) : agent.users(input)));
  const masterAddress = `${options.masterHost}:${options.masterPort}`;
  const nodeId = newNodeId();
  const health = healthMeter();
  const transport = connectDealer({
    host: options.masterHost,
    port: options.masterPort,
    nodeId,
    sink: {
      frame: (frame) => agent?.receive(frame),
      invalid: (reason) => agent?.receiveInvalid(reason),
      failed: (reason) => log('warning', reason),
    },
  });
  const code = new Promise<number>((onExit) => {
    agent = startAgent({
      environment: {
        nodeId,
        nowMs,
        takeReport: () => numbers.takeReport(),
        clearStats: () => numbers.clear(),
        health,
        logLines: () => buffer.read(),
        log,
        reportExtras: pool.takeExtras,
      },
      transport,
      users: pool,
      config: {
        masterAddress,
        masterSilenceMs: options.masterSilenceMs,
        additionalReadyWaitMs: options.readyDelayMs,
        stopTimeoutMs: options.stopTimeoutMs,
        timings: locustTimings,
      },
      onExit,
    });
    for (const input of early) agent.users(input);
  });
  const classes = pool.classes().map(({ name }) => name).join(', ');
  log('info', `${version}: ${classes} on ${options.threadCount} thread${options.threadCount === 1 ? '' : 's'}, master ${masterAddress}, seed ${options.seed}`);

  const showStatus = setInterval(() => {
    if (agent === null) return;
    const plain = status.show({ ...agent.status(), masterAddress, nodeId, ...numbers.run(), cpuPercent: health().cpuPercent }, nowMs());
    if (plain !== null) log('info', plain);
  }, statusEveryMs);

  const exit = await code;
  clearInterval(showStatus);
  await pool.close(exit);
  stopListening();
  status.end();
  const { requests, failures } = numbers.process();
  log('info', `recorded ${requests} requests, ${failures} failures in this process`);
  return exit;
}

async function startPool(options: WorkerOptions, files: readonly string[], numbers: RecordedNumbers, log: Logger, sink: (input: UsersInput) => unknown): Promise<Pool> {
  // The threads start while the scenario is compiled; one that does not compile ends them.
  const bundling = bundleScenario(files);
  const starting = Pool.start({
    threadCount: options.threadCount,
    bundleUrls: bundling.then(({ urls }) => urls),
    host: options.host,
    tags: options.tags,
    excludeTags: options.excludeTags,
    seed: options.seed,
    failureSamples: options.failureSamples,
    hangTimeoutMs: options.hangTimeoutMs,
    nowMs: () => performance.now(),
    ledgers: numbers,
    sink,
    log,
  });
  // Threads that are started later, in place of lost ones, load it again: it is removed at the end of the process.
  const removing = bundling.then(({ removeNow }) => process.once('exit', removeNow));
  const [bundle, pool] = await Promise.allSettled([removing, starting]);
  if (bundle.status === 'rejected') throw bundle.reason;
  if (pool.status === 'fulfilled') return pool.value;
  const error: unknown = pool.reason;
  if (!(error instanceof BoomerError)) throw error;
  throw new BoomerError(error.code, `${files.join(', ')}: ${error.message}${placeOf(error)}`, { cause: error });
}

/** The first line of the trace that names a place of the scenario, not one of ours or of Node's. */
function placeOf(error: BoomerError): string {
  const place = error.stack?.split('\n').find((line) => /^\s+at .*:\d+:\d+\)?$/u.test(line) && !line.includes('node:') && !ownFolders.some((folder) => line.includes(folder)));
  return place === undefined ? '' : `\n${place}`;
}

/** Traces name our compiled files or, by their source maps, our sources. */
const ownFolders = ['../../dist/', '../../src/'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));

function visibleLog({ logFile }: WorkerOptions, status: WorkerStatus): LogSink {
  if (logFile === null) return (line) => status.log(line);
  try {
    appendFileSync(logFile, '');
  } catch (error) {
    throw new BoomerError('usage', `--logfile ${logFile} cannot be written: ${String(error)}`, { cause: error });
  }
  return (line) => appendFileSync(logFile, `${line}\n`);
}
