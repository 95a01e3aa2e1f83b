/** An agent in a scene of fakes: virtual time, frames written down, users that do as the test says. */
import { decode, encode } from '@msgpack/msgpack';
import { startAgent, type Agent } from '../../../../src/protocol/worker/agent.ts';
import type { AgentEnvironment, Transport, Users } from '../../../../src/protocol/worker/ports.ts';
import { defaultConfig, type AgentConfig } from '../../../../src/protocol/worker/timings.ts';
import type { Report, StatsRow } from '../../../../src/stats/report.ts';
import type { Steps } from '../../../../src/util/steps.ts';
import { ownClasses } from './samples.ts';

export const nodeId = 'box_0123456789abcdef0123456789abcdef';

export const emptyRow: StatsRow = {
  method: '',
  name: 'Aggregated',
  numRequests: 0,
  numNoneRequests: 0,
  numFailures: 0,
  totalResponseTimeMs: 0,
  minResponseTimeMs: null,
  maxResponseTimeMs: 0,
  totalContentLength: 0,
  startTimeSec: 1_700_000_000,
  lastRequestSec: null,
  responseTimes: new Map(),
  timeBuckets: null,
  requestsPerSec: new Map(),
  failuresPerSec: new Map(),
};

export const emptyReport: Report = { rows: [], total: emptyRow, errors: [] };

/** What the scene's clock shows at first. */
export const steadyStartSec = 1_790_000_000;

export type Said = { readonly type: string; readonly data: unknown };

export class AgentScene {
  nowMs = 0;
  readonly sent: Said[] = [];
  readonly calls: unknown[][] = [];
  readonly logs: string[] = [];
  exitCode: number | null = null;
  counts: Record<string, number> = { A: 0, B: 0 };
  isKnownType = true;
  /** Whether frames leave. */
  isUp = true;
  /** Listeners of `init` are done at once; else when the test calls `endInit`. */
  isInitQuick = true;
  endInit: () => void = () => undefined;
  reportsTaken = 0;
  timersSet = 0;
  report: Report = emptyReport;
  /** Turns of the event loop that a report takes at least. */
  turnsAReport = 0;
  extras: () => Record<string, unknown> = () => ({});
  /** What the next call of this name throws, once. */
  readonly failing: Map<string, Error> = new Map();
  readonly agent: Agent;
  readonly #timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();

  constructor(config: Partial<AgentConfig> = {}, onCall: (name: string, agent: () => Agent) => void = () => undefined) {
    const call = (name: string, ...args: readonly unknown[]): void => {
      this.calls.push([name, ...args]);
      const error = this.failing.get(name);
      this.failing.delete(name);
      if (error !== undefined) throw error;
      onCall(name, () => this.agent);
    };
    const users: Users = {
      classes: () => ownClasses,
      counts: () => this.counts,
      init: (workerIndex, whenDone) => {
        call('init', workerIndex);
        if (this.isInitQuick) whenDone();
        else this.endInit = whenDone;
      },
      startRun: (options) => call('startRun', options),
      updateOptions: (options) => call('updateOptions', options),
      setUsers: (generation, targets, stopTimeoutMs) => call('setUsers', generation, targets, stopTimeoutMs),
      stopUsers: (generation, stopTimeoutMs) => call('stopUsers', generation, stopTimeoutMs),
      spawningComplete: (userCount) => call('spawningComplete', userCount),
      statsReset: () => call('statsReset'),
      updateUserClass: (name, attributes) => {
        call('updateUserClass', name, attributes);
        return name === 'A';
      },
      deliver: (type, data) => {
        call('deliver', type, data);
        return this.isKnownType;
      },
    };
    const transport: Transport = {
      open: (connection, identity) => call('open', connection, identity),
      send: (_, frame) => {
        if (this.isUp) this.sent.push(said(frame));
        return this.isUp;
      },
      drop: (connection) => call('drop', connection),
      close: () => {
        call('close');
        return Promise.resolve();
      },
    };
    const environment: AgentEnvironment = {
      nodeId,
      nowMs: () => this.nowMs,
      steadySec: () => steadyStartSec + this.nowMs / 1_000,
      clockShiftSec: () => 0,
      takeReport: () => this.#takeReport(),
      putReportBack: () => call('putReportBack'),
      reportsTaken: (count) => call('reportsTaken', count),
      reportsInDoubt: () => call('reportsInDoubt'),
      abandonReports: (why) => this.#abandonReports(() => call('abandonReports', why)),
      clearStats: () => call('clearStats'),
      health: () => ({ cpuPercent: 12.5, memoryBytes: 1_000 }),
      logLines: () => ({ lines: this.logs.slice(-500), total: this.logs.length }),
      log: (level, text) => this.logs.push(`${level}: ${text}`),
      timesInTenths: false,
      reportExtras: () => this.extras(),
      metricNews: () => ({}),
    };
    this.agent = startAgent({
      environment,
      transport,
      users,
      config: { ...defaultConfig, ...config },
      onExit: (code) => (this.exitCode = code),
      setTimer: (callback, delayMs) => {
        const timer = { dueMs: this.nowMs + delayMs, callback };
        this.#timers.add(timer);
        this.timersSet += 1;
        return () => this.#timers.delete(timer);
      },
    });
    this.agent.up(0);
    this.calls.length = 0;
  }

  /** An acknowledged worker, with what it said so far forgotten. */
  static registered(...args: ConstructorParameters<typeof AgentScene>): AgentScene {
    const scene = new AgentScene(...args);
    scene.master('ack', { index: 3 });
    scene.forget();
    return scene;
  }

  *#takeReport(): Steps<Report> {
    this.reportsTaken += 1;
    yield* this.#turns();
    return this.report;
  }

  *#abandonReports(isDone: () => void): Steps<void> {
    yield* this.#turns();
    isDone();
  }

  *#turns(): Steps<void> {
    for (let turn = 0; turn < this.turnsAReport; turn++) {
      const endsMs = performance.now() + 10;
      while (performance.now() < endsMs);
      yield;
    }
  }

  master(type: string, data: unknown = null): void {
    this.agent.receive(0, encode([type, data, nodeId]));
  }

  spawn(timestamp: number, counts: Record<string, number>): void {
    this.master('spawn', { timestamp, user_classes_count: counts, host: null, stop_timeout: 0, parsed_options: {} });
  }

  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    const next = () => [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs).sort((one, other) => one.dueMs - other.dueMs)[0];
    for (let timer = next(); timer !== undefined; timer = next()) {
      this.nowMs = timer.dueMs;
      this.#timers.delete(timer);
      timer.callback();
    }
    this.nowMs = untilMs;
  }

  forget(): void {
    this.sent.length = 0;
    this.calls.length = 0;
    this.logs.length = 0;
  }

  types(): readonly string[] {
    return this.sent.map(({ type }) => type);
  }

  callNames(): readonly unknown[] {
    return this.calls.map(([name]) => name);
  }
}

function said(frame: Uint8Array): Said {
  const [type, data, id] = decode(frame) as [string, unknown, string];
  if (id !== nodeId) throw new Error(`a frame of ${String(id)}, expected ${nodeId}`);
  return { type, data };
}
