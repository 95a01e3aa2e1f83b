/** Makes frames of what the agent has to say, under the worker's names, reading the numbers that belong in them at the last moment. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { encodeMessage, encodeStatsInSteps } from '../wire/codec.ts';
import type { HeartbeatData, WorkerMessage, WorkerState } from '../wire/messages.ts';
import { statsDataInSteps } from '../wire/statsMessage.ts';
import { type ClassPlan, countsForMaster } from './classPlan.ts';
import { LogThrottle, maxNewLines } from './logLines.ts';
import type { OnceLog } from '../../util/logger.ts';
import type { Steps } from '../../util/steps.ts';
import type { AgentEnvironment, Transport, Users } from './ports.ts';

/** Shows in the master's log when it is to be found out whether it is the one before. */
const identityCheckMessage = 'boomer_identity_check';

const maxOldIdentities = 16;

export class Outbox {
  readonly #environment: AgentEnvironment;
  readonly #transport: Transport;
  readonly #users: Users;
  readonly #once: OnceLog;
  readonly #logThrottle = new LogThrottle();
  /** By the machine's numbers; the first is the worker's own. */
  readonly #nodeIds = new Map<number, string>();
  #connection = 0;
  #nodeId: string;

  constructor(environment: AgentEnvironment, transport: Transport, users: Users, once: OnceLog) {
    this.#environment = environment;
    this.#transport = transport;
    this.#users = users;
    this.#once = once;
    this.#nodeId = environment.nodeId;
    this.#nodeIds.set(0, environment.nodeId);
  }

  /** What is sent from now on goes this way. */
  use(connection: number, identity: number): void {
    this.#connection = connection;
    this.#nodeId = this.nodeIdOf(identity);
  }

  nodeIdOf(identity: number): string {
    let nodeId = this.#nodeIds.get(identity);
    if (nodeId === undefined) {
      nodeId = newNodeId();
      this.#nodeIds.set(identity, nodeId);
      // Only the last few are ever asked for again; the first is the worker's own.
      for (const old of this.#nodeIds.keys()) if (old !== 0 && old < identity - maxOldIdentities) this.#nodeIds.delete(old);
    }
    return nodeId;
  }

  open(connection: number, identity: number): void {
    this.#transport.open(connection, this.nodeIdOf(identity));
  }

  /** Throws a BoomerError when a custom message cannot be sent. */
  send(message: WorkerMessage): void {
    this.#transport.send(this.#connection, encodeMessage(message, this.#nodeId));
  }

  sendOn(connection: number, identity: number, message: WorkerMessage): void {
    this.#transport.send(connection, encodeMessage(message, this.nodeIdOf(identity)));
  }

  /** A heartbeat of one identity on the connection of another: the master answers on the first one's. */
  poke(connection: number, identity: number, state: WorkerState): void {
    this.#transport.send(connection, encodeMessage({ type: 'heartbeat', data: this.#heartbeat(state) }, this.nodeIdOf(identity)));
  }

  /** The master goes by the name in the message (Locust runners.py:1150-1166): one connection can sign another off. */
  signOff(identity: number): void {
    this.#transport.send(this.#connection, encodeMessage({ type: 'quit' }, this.nodeIdOf(identity)));
  }

  /** A message of a type that nobody knows has the master give its sender an index, and log a warning (runners.py:1181-1184). */
  useUpIndexes(count: number): void {
    for (let used = 0; used < count; used += 1) {
      const frame = encodeMessage({ type: 'custom', name: identityCheckMessage, data: null }, newNodeId());
      this.#transport.send(this.#connection, frame);
    }
  }

  sendHeartbeat(state: WorkerState): void {
    this.send({ type: 'heartbeat', data: this.#heartbeat(state) });
  }

  /**
   * Takes the report and sends it, its stamps shifted by so many seconds, in steps: with thousands of names that takes a tenth of a second, and
   * nothing else is to be said meanwhile. A report that finds no connection any more is taken again.
   */
  *sendStats(plan: ClassPlan, clockShiftSec: number): Steps<void> {
    const { takeReport, putReportBack, metricNews, timesInTenths } = this.#environment;
    const counts = countsForMaster(plan, this.#users.counts());
    const extras = this.#extras();
    const refuse = (problem: string): void => this.#once.say(`extra ${problem}`, 'error', problem);
    const report = yield* takeReport();
    const data = yield* statsDataInSteps(report, counts, { ...extras, ...metricNews() }, refuse, clockShiftSec, timesInTenths);
    const frame = yield* encodeStatsInSteps(data, this.#nodeId);
    if (!this.#transport.send(this.#connection, frame)) putReportBack();
  }

  /** Sends the recent log lines if the throttle says so. */
  sendLogs(): void {
    const decision = this.#logThrottle.decide(this.#environment.logLines().total);
    if (decision === 'skip') return;
    if (decision === 'sendWithWarning') {
      const text = `more than ${maxNewLines} log lines came in one interval: the master gets them less often until it is quieter`;
      this.#environment.log('warning', text);
    }
    const { lines } = this.#environment.logLines();
    this.send({ type: 'logs', data: { worker_id: this.#nodeId, logs: lines } });
  }

  #heartbeat(state: WorkerState): HeartbeatData {
    const { cpuPercent, memoryBytes } = this.#environment.health();
    return { state, current_cpu_usage: cpuPercent, current_memory_usage: memoryBytes };
  }

  /** A hook of the scenario's that throws costs its extra data, never the numbers. */
  #extras(): Readonly<Record<string, unknown>> {
    try {
      return this.#environment.reportExtras();
    } catch (error) {
      this.#once.say(`extras ${String(error)}`, 'error', `a hook that adds to reports failed: ${String(error)}`);
      return {};
    }
  }
}

/** ZeroMQ identities hold at most 255 bytes; host names are far shorter, but a wrong one must not stop the worker. */
const maxHostCharacters = 50;

/**
 * A name for a worker, the socket's identity and the third element of every message: `hostname_` and 32 hex digits (Locust runners.py:1242). The master takes what stands before the first `_` for the
 * host when it spreads users over machines (dispatch.py:138-150), so an underscore in the host name becomes a dash.
 */
export function newNodeId(host: string = hostname(), uuid: string = randomUUID()): string {
  const place = Array.from(host.toWellFormed()).slice(0, maxHostCharacters).join('').replaceAll('_', '-');
  return `${place === '' ? 'worker' : place}_${uuid.replaceAll('-', '')}`;
}
