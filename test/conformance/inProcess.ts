/** The agent itself over a real socket, with users that do as the test says: for times that nobody can wait for. */
import { startAgent, type Agent } from '../../src/protocol/worker/agent.ts';
import { newNodeId } from '../../src/protocol/worker/outbox.ts';
import { LogBuffer } from '../../src/protocol/worker/logLines.ts';
import type { Users } from '../../src/protocol/worker/ports.ts';
import { defaultConfig, locustTimings, type AgentConfig, type AgentTimings } from '../../src/protocol/worker/timings.ts';
import type { ClassInfo } from '../../src/engine/shared/messages.ts';
import { connectDealer } from '../../src/protocol/socket/dealer.ts';
import { Aggregator } from '../../src/stats/aggregator.ts';

export type InProcess = AsyncDisposable & {
  readonly agent: Agent;
  readonly nodeId: string;
  readonly logs: LogBuffer;
  readonly exit: Promise<number>;
};

export type InProcessOptions = {
  readonly port: number;
  readonly timings?: Partial<AgentTimings>;
  readonly config?: Partial<AgentConfig>;
  readonly extras?: () => Readonly<Record<string, unknown>>;
};

const classes: readonly ClassInfo[] = ['A', 'B'].map((name) => ({ name, weight: 1, fixedCount: 0, arrivals: null, replay: null, host: null, taskNames: ['act'], tasks: [], isTaskList: false }));

/** Users that are where they are told to be at once. */
export function startInProcess({ port, timings = {}, config = {}, extras = () => ({}) }: InProcessOptions): InProcess {
  const nodeId = newNodeId();
  const logs = new LogBuffer();
  const aggregator = new Aggregator({ nowSec: () => Date.now() / 1_000 });
  let counts: Record<string, number> = { A: 0, B: 0 };
  const users: Users = {
    classes: () => classes,
    counts: () => counts,
    init: (_, whenDone) => whenDone(),
    startRun: () => undefined,
    updateOptions: () => undefined,
    setUsers: (generation, targets) => {
      counts = { ...counts, ...targets };
      agent.users({ kind: 'users', generation, counts, reached: true });
    },
    stopUsers: (generation) => {
      counts = { A: 0, B: 0 };
      agent.users({ kind: 'usersStopped', generation });
    },
    spawningComplete: () => undefined,
    statsReset: () => undefined,
    updateUserClass: () => false,
    deliver: () => false,
  };
  const transport = connectDealer({
    host: '127.0.0.1',
    port,
    sink: {
      up: (connection) => agent.up(connection),
      down: (connection) => agent.down(connection),
      frame: (connection, frame) => agent.receive(connection, frame),
      invalid: (reason) => agent.receiveInvalid(reason),
      failed: (reason) => logs.add(reason),
    },
  });
  let resolveExit: (code: number) => void = () => undefined;
  const exit = new Promise<number>((resolve) => (resolveExit = resolve));
  const agent: Agent = startAgent({
    environment: {
      nodeId,
      nowMs: () => performance.now(),
      steadySec: () => Date.now() / 1_000,
      clockShiftSec: () => 0,
      takeReport: () => aggregator.reportInSteps(),
      putReportBack: () => undefined,
      reportsTaken: () => undefined,
      reportsInDoubt: () => undefined,
      abandonReports: () => aggregator.reportInSteps(),
      clearStats: () => aggregator.clear(),
      health: () => ({ cpuPercent: 0, memoryBytes: 1 }),
      logLines: () => logs.read(),
      log: (level, text) => logs.add(`${level}: ${text}`),
      timesInTenths: false,
      reportExtras: extras,
      metricNews: () => ({}),
    },
    transport,
    users,
    config: { ...defaultConfig, ...config, timings: { ...locustTimings, ...timings } },
    onExit: (code) => resolveExit(code),
  });
  const end = async (): Promise<void> => {
    agent.signal();
    await exit;
  };
  return { agent, nodeId, logs, exit, [Symbol.asyncDispose]: end };
}
