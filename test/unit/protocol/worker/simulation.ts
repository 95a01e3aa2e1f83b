/** Runs the machine under a virtual clock: time passes from due time to due time, and everything done is written down. */
import type { Effect, AgentEvent } from '../../../../src/protocol/worker/step.ts';
import { step } from '../../../../src/protocol/worker/machine.ts';
import { nextDueMs } from '../../../../src/protocol/worker/clock.ts';
import { initialState, type AgentState } from '../../../../src/protocol/worker/states.ts';
import { defaultConfig, type AgentConfig } from '../../../../src/protocol/worker/timings.ts';
import { ackEvent, replyEvent } from './samples.ts';

export type Done = { readonly atMs: number; readonly effect: Effect };

export class Simulation {
  state: AgentState;
  nowMs: number;
  readonly done: Done[] = [];
  /** From the beginning: everything done but log lines, and ACK and ANSWER (to a heartbeat) where they were heard. */
  readonly transcript: string[] = [];
  /** Whether a master answers each heartbeat at once; what it then holds back it answers later, in order. */
  isMasterAnswering = true;
  #heldAnswers = 0;

  constructor(config: Partial<AgentConfig> = {}, startMs = 0) {
    this.nowMs = startMs;
    this.state = initialState({ ...defaultConfig, ...config }, startMs);
    this.tell({ kind: 'up', connection: 0 });
    this.tell({ kind: 'tick' });
  }

  /** A worker that was acknowledged at the start. */
  static registered(config: Partial<AgentConfig> = {}): Simulation {
    const simulation = new Simulation(config);
    simulation.tell(ackEvent);
    simulation.forget();
    return simulation;
  }

  tell(event: AgentEvent): void {
    if (event.kind === 'message' && event.message.type === 'ack') this.transcript.push('ACK');
    if (event.kind === 'message' && event.message.type === 'heartbeat') this.transcript.push('ANSWER');
    const { state, effects } = step(this.state, event, this.nowMs);
    this.state = state;
    for (const effect of effects) {
      this.done.push({ atMs: this.nowMs, effect });
      if (effect.kind !== 'log') this.transcript.push(nameOf(effect));
      if (effect.kind === 'sendHeartbeat') this.#heldAnswers += 1;
    }
    while (this.isMasterAnswering && this.answerOne());
  }

  /** The answer to the earliest heartbeat that has none comes; false: each has one. */
  answerOne(): boolean {
    if (this.#heldAnswers === 0) return false;
    this.#heldAnswers -= 1;
    this.tell(replyEvent);
    return true;
  }

  /** Lets time pass, with a tick at each due time as a perfect timer would give. */
  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (let due = nextDueMs(this.state); due !== null && due <= untilMs; due = nextDueMs(this.state)) {
      this.nowMs = Math.max(this.nowMs, due);
      this.tell({ kind: 'tick' });
      const next = nextDueMs(this.state);
      if (next !== null && next <= this.nowMs) throw new Error(`due again at ${next}, now is ${this.nowMs}: a timer would spin`);
    }
    this.nowMs = untilMs;
  }

  /** Time passes and nothing runs: a suspended process, or a blocked event loop. */
  stall(ms: number): void {
    this.nowMs += ms;
  }

  forget(): void {
    this.done.length = 0;
  }

  /** When effects of this kind, or messages of this type, were done. */
  times(name: string): readonly number[] {
    return this.done.filter(({ effect }) => nameOf(effect) === name).map(({ atMs }) => atMs);
  }

  /** Everything done but log lines and what follows each report: a heartbeat, and that it was taken. */
  names(): readonly string[] {
    const names = this.done.map(({ effect }) => nameOf(effect)).filter((name) => name !== 'log' && name !== 'reportsTaken');
    return names.filter((name, index) => name !== 'sendHeartbeat' || names[index - 1] !== 'sendStats');
  }

  /** Names without the beats that go on for ever. */
  deeds(): readonly string[] {
    return this.names().filter((name) => name !== 'sendHeartbeat' && name !== 'sendLogs' && name !== 'sendStats');
  }

  find<Kind extends Effect['kind']>(kind: Kind): Extract<Effect, { kind: Kind }> {
    const found = this.done.map(({ effect }) => effect).findLast((effect) => effect.kind === kind);
    if (found === undefined) throw new Error(`no effect of kind ${kind} among ${this.names().join(', ')}`);
    return found as Extract<Effect, { kind: Kind }>;
  }

  logs(): string {
    return this.done.map(({ effect }) => (effect.kind === 'log' ? `${effect.level}: ${effect.text}` : '')).join('\n');
  }
}

export function nameOf(effect: Effect): string {
  if (effect.kind !== 'send') return effect.kind;
  return effect.message.type === 'custom' ? effect.message.name : effect.message.type;
}
