/**
 * `boomer-node worker`: puts a worker together and waits for its end. The composition root of the main thread: the one
 * file that knows all the concrete parts, and nothing but how they are wired.
 */
import { startAgent, type Agent } from '../../protocol/worker/agent.ts';
import { healthMeter } from '../../protocol/worker/health.ts';
import { newNodeId } from '../../protocol/worker/outbox.ts';
import { LogBuffer } from '../../protocol/worker/logLines.ts';
import { locustTimings } from '../../protocol/worker/timings.ts';
import { WorkerStatus } from '../../outputs/workerStatus.ts';
import { Aggregator } from '../../stats/aggregator.ts';
import { connectDealer } from '../../protocol/socket/dealer.ts';
import { counted } from '../../util/counted.ts';
import { collectSoon } from '../../util/garbage.ts';
import { onBeat } from '../../util/timers.ts';
import { RecordedNumbers } from '../../session/recordedNumbers.ts';
import { isOnTerminal, isStderrBehind, printAbove, writeToScreen } from '../../session/standardStreams.ts';
import { ArrivalNews } from './arrivalNews.ts';
import { metricNews } from './metricNews.ts';
import { explainWait } from './masterWait.ts';
import { asksMaster, fetchScenario, hashShippedBy, type FetchedScenario, type FetchOptions } from './fetchedScenario.ts';
import { ScenarioLook } from './scenarioLook.ts';
import type { Settings } from '../../options/settings.ts';
import { arrivalLines } from '../../session/runPlan.ts';
import { onSignals, openSession, usersOf } from '../../session/session.ts';
import { exitCode } from '../../session/verdict.ts';
import { redrawsInPlace } from '../run/terminal.ts';
import { WorkerRecord } from './workerRecord.ts';

/** Of a worker that is part of a larger command; null: it is the command. */
export type WorkerPart = {
  /** Shows its state and its log, and whatever else the command says. */
  readonly status: WorkerStatus;
  /** Asks for a graceful end, as a signal does; signals themselves are the command's. */
  readonly end: AbortSignal;
};

/** The status line of the terminal, or of what stands in its place. */
export function statusOnTerminal({ hasNoProgress }: Pick<Settings, 'hasNoProgress'>): WorkerStatus {
  const isTerminal = redrawsInPlace(hasNoProgress, process.env) && isOnTerminal();
  const status = new WorkerStatus({ isTerminal, columns: () => process.stderr.columns, write: writeToScreen, isBehind: isStderrBehind });
  if (isTerminal) printAbove((lines) => status.log(lines));
  return status;
}

/** Runs a worker until the master, a signal or a silent master ends it; resolves with the exit code. */
export async function runWorker(settings: Settings, version: string, part: WorkerPart | null = null): Promise<number> {
  const status = part?.status ?? statusOnTerminal(settings);
  const record = await WorkerRecord.open(settings);
  if (!asksMaster(settings.files)) return await workerLife(settings, version, { status, part, record, hash: null, lastWords: null }) ?? exitCode.error;
  const say = (text: string): void => status.log(`boomer-node: ${text}`);
  const fetching = { host: settings.masterHost, port: settings.masterPort, version, say };
  /** Of a process that had a scenario and comes to no other. */
  const lastWords = async (code: number): Promise<number> => (record.isFirst ? code : await record.close((_, text) => say(text), code));
  for (;;) {
    let fetched: FetchedScenario | null = null;
    try {
      fetched = await fetchedOrSignal(part === null, fetching);
      if (fetched === null) return await lastWords(exitCode.ok);
      const code = await workerLife({ ...settings, files: fetched.files }, version, { status, part, record, hash: fetched.hash, lastWords: record.isFirst ? null : () => lastWords(exitCode.ok) });
      if (code !== null) return code;
    } catch (error) {
      await lastWords(exitCode.usage);
      throw error;
    } finally {
      fetched?.removeNow();
    }
  }
}

/** Null when a signal came first: nothing has begun that would have to end. */
async function fetchedOrSignal(heedsSignals: boolean, fetching: FetchOptions): Promise<FetchedScenario | null> {
  if (!heedsSignals) return await fetchScenario(fetching);
  const stop = new AbortController();
  const stopListening = onSignals(() => stop.abort());
  try {
    return await fetchScenario({ ...fetching, stop: stop.signal });
  } catch (error) {
    if (stop.signal.aborted) return null;
    throw error;
  } finally {
    stopListening();
  }
}

type LifeContext = {
  readonly status: WorkerStatus;
  readonly part: WorkerPart | null;
  readonly record: WorkerRecord;
  /** Of a scenario that the master shipped; null: it is a file here. */
  readonly hash: string | null;
  /** Of the lives before, for a signal that ends the process while this one begins; null: there are none. */
  readonly lastWords: (() => Promise<number>) | null;
};

/** One life of the worker, with one scenario; null: the master has another scenario by now. */
async function workerLife(settings: Settings, version: string, { status, part, record, hash, lastWords }: LifeContext): Promise<number | null> {
  const nowMs = (): number => performance.now();
  const buffer = new LogBuffer();
  const session = await openSession({ settings, level: settings.logLevel, show: (line, short) => status.log(isOnTerminal() ? short : line), keep: (line) => buffer.add(line), heedsSignals: part === null, ...(lastWords === null ? {} : { lastWords }) });
  const { clock, log } = session;
  const aggregator = (keepsRows = false): Aggregator => new Aggregator({ nowSec: () => clock.nowSec(), isPrecise: true, keepsRows, onLargeGone: collectSoon });
  const numbers = new RecordedNumbers(aggregator(true), (text) => log('warning', text), settings.hasNoScheduleRows ? null : aggregator(), (text) => log('info', text));
  const pool = await session.startPool({
    ...numbers.ledgers,
    soFar: () => numbers.soFar(),
    hasRowHistograms: false,
    workerIndex: null,
    requestLogPath: settings.requestLog,
    keepsRequestLog: !record.isFirst,
    onTrouble: ({ kind }) => {
      if (kind === 'requestLogCut') record.requestLogCut();
    },
  });
  let agent: Agent | null = null;
  let wishedCode: number | null = null;
  let isOutdated = false;
  let wasSignalled = false;
  const masterAddress = `${settings.masterHost}:${settings.masterPort}`;
  const nodeId = newNodeId();
  const health = healthMeter();
  const arrivalNews = new ArrivalNews();
  // Of a swarm, the master is looked after by the command.
  const masterFound = part !== null ? () => undefined : explainWait({
    host: settings.masterHost,
    port: settings.masterPort,
    scenario: hash === null ? settings.files.join(' ') : null,
    warn: (text) => log('warning', text),
  });
  const scenarioLook = hash === null ? null : new ScenarioLook({
    hash,
    ask: (stop) => hashShippedBy({ host: settings.masterHost, port: settings.masterPort, version, say: (text) => log('warning', text), stop }),
    log,
    onAnother: () => {
      log('info', 'the master has another scenario: it is fetched, and this worker begins anew');
      isOutdated = true;
      agent?.signal();
    },
  });
  const transport = connectDealer({
    host: settings.masterHost,
    port: settings.masterPort,
    sink: {
      up: (connection) => agent?.up(connection),
      down: (connection) => agent?.down(connection),
      frame: (connection, frame) => agent?.receive(connection, frame),
      invalid: (reason) => agent?.receiveInvalid(reason),
      failed: (reason) => log('warning', reason),
    },
  });
  const code = new Promise<number>((onExit) => {
    agent = startAgent({
      environment: {
        nodeId,
        nowMs,
        steadySec: () => clock.nowSec(),
        clockShiftSec: () => Date.now() / 1000 - clock.nowSec(),
        takeReport: () => numbers.takeReport(),
        putReportBack: () => numbers.putReportBack(),
        reportsTaken: (count) => numbers.reportsTaken(count),
        reportsInDoubt: () => numbers.reportsInDoubt(),
        *abandonReports(why) {
          const { requests, failures } = yield* numbers.abandonReports(why);
          if (why === 'masterGone') scenarioLook?.begin();
          if (why === 'masterGone' && requests + failures > 0) log('error', `not delivered: ${requests} requests, ${failures} failures: the master that they were for is gone`);
        },
        clearStats: () => numbers.clear(),
        health,
        logLines: () => buffer.read(),
        log,
        timesInTenths: settings.timesInTenths,
        reportExtras: () => ({ ...pool.takeExtras(), ...arrivalNews.take(pool.arrivals(), pool.takeLateness()) }),
        metricNews: () => metricNews(numbers.takenMetrics),
      },
      transport,
      users: { ...usersOf(pool), startRun: (...run) => {
        record.profiles.startTest(pool.profile);
        arrivalNews.begin();
        pool.startRun(...run);
      } },
      config: {
        masterAddress,
        onMasterLoss: settings.onMasterLoss,
        masterSilenceMs: settings.masterSilenceMs,
        masterLossGraceMs: settings.masterLossGraceMs,
        additionalReadyWaitMs: 1000 * settings.readyDelaySec,
        stopTimeoutMs: settings.stopTimeoutMs,
        timings: locustTimings,
      },
      // The scenario's `quitting` listeners have the last word on the exit code, as in Locust (main.py, `shutdown`).
      beforeQuit: async (ownCode) => {
        wishedCode = await pool.close(ownCode);
      },
      onExit,
    });
    const owner = agent;
    const signal = (): void => {
      wasSignalled = true;
      // A second wish to end would be one to end at once.
      scenarioLook?.close();
      owner.signal();
    };
    session.connect({ input: (input) => owner.users(input), signal });
    if (part?.end.aborted === true) signal();
    else part?.end.addEventListener('abort', signal);
  });
  const classes = pool.classes().map(({ name }) => name).join(', ');
  log('info', `${version}: ${classes} on ${counted(settings.threadCount, 'thread')}, master ${masterAddress}, seed ${settings.seed}`);

  for (const line of arrivalLines(pool.classes())) log('info', line);
  const { options, stages, hasShape, thresholds } = pool.settings();
  const idle = Object.entries({ options: options.length > 0 ? true : null, stages, shape: hasShape ? true : null, thresholds }).flatMap(([name, value]) => (value === null ? [] : [name]));
  if (idle.length > 0) log('info', `left to the master, whose locustfile has them if boomer-node locustfile made it: ${idle.map((name) => `the scenario's ${name}`).join(', ')}`);

  const endStatus = onBeat(() => {
    if (agent === null) return;
    const moment = agent.status();
    if (moment.isMasterReached) masterFound();
    const plain = status.show({ ...moment, masterAddress }, () => ({ ...numbers.run(), cpuPercent: health().cpuPercent }), nowMs());
    if (plain !== null) log('info', plain);
  });

  const ownCode = await code;
  endStatus();
  scenarioLook?.close();
  masterFound();
  session.close();
  status.end();
  const arrivals = pool.arrivals();
  if (arrivals !== null) {
    const [began, dropped] = arrivals.perSec === null ? ['recorded requests were sent', 'were not sent'] : ['arrivals began', 'were dropped'];
    log('info', `of the last test, ${arrivals.started} ${began}, the latest ${Math.round(arrivals.latestMs)} ms after its moment (99 % within ${Math.round(arrivals.lateP99Ms)} ms); ${arrivals.dropped} ${dropped}`);
  }
  record.add(nodeId, numbers.close());
  if (!isOutdated || wasSignalled) return await record.close(log, wishedCode ?? ownCode);
  record.goingOn(log);
  return null;
}
