/** Makes frames of what the agent has to say, reading the numbers that belong in them at the last moment. */
import { encodeMessage } from '../wire/codec.ts';
import type { WorkerMessage, WorkerState } from '../wire/messages.ts';
import { toStatsData } from '../wire/statsMessage.ts';
import { countsForMaster, type ClassPlan } from './classPlan.ts';
import { LogThrottle, mostNewLines } from './logThrottle.ts';
import type { OnceLog } from './onceLog.ts';
import type { AgentEnvironment, Transport, Users } from './ports.ts';

export class Outbox {
  readonly #environment: AgentEnvironment;
  readonly #transport: Transport;
  readonly #users: Users;
  readonly #once: OnceLog;
  readonly #logThrottle = new LogThrottle();

  constructor(environment: AgentEnvironment, transport: Transport, users: Users, once: OnceLog) {
    this.#environment = environment;
    this.#transport = transport;
    this.#users = users;
    this.#once = once;
  }

  /** Throws a BoomerError when a custom message cannot be sent. */
  send(message: WorkerMessage): void {
    this.#transport.send(encodeMessage(message, this.#environment.nodeId));
  }

  sendHeartbeat(state: WorkerState): void {
    this.#transport.send(this.#heartbeat(state));
  }

  /** Takes the report: what it holds is sent now or never, its stamps shifted by so many seconds. Returns how many requests that were. */
  sendStats(plan: ClassPlan, clockShiftSec: number): number {
    const counts = countsForMaster(plan, this.#users.counts());
    const extras = this.#extras();
    const report = this.#environment.takeReport();
    const refuse = (problem: string): void => this.#once.say(`extra ${problem}`, 'error', problem);
    this.send({ type: 'stats', data: toStatsData(report, counts, extras, refuse, clockShiftSec) });
    return report.total.numRequests;
  }

  /** Sends the recent log lines if the throttle says so. */
  sendLogs(): void {
    const decision = this.#logThrottle.decide(this.#environment.logLines().total);
    if (decision === 'skip') return;
    if (decision === 'sendWithWarning') {
      const text = `more than ${mostNewLines} log lines came in one interval: the master gets them less often until it is quieter`;
      this.#environment.log('warning', text);
    }
    const { lines } = this.#environment.logLines();
    this.send({ type: 'logs', data: { worker_id: this.#environment.nodeId, logs: lines } });
  }

  reconnect(state: WorkerState): void {
    this.#transport.reconnect(this.#heartbeat(state));
  }

  #heartbeat(state: WorkerState): Uint8Array {
    const { cpuPercent, memoryBytes } = this.#environment.health();
    const data = { state, current_cpu_usage: cpuPercent, current_memory_usage: memoryBytes };
    return encodeMessage({ type: 'heartbeat', data }, this.#environment.nodeId);
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
