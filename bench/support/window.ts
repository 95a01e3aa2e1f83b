/**
 * CPU and requests of a program between two moments in the middle of its run, in short turns with others.
 *
 * `cpuUs`: of the whole process a request, user and system; `perSec`: requests a second. Requests are the server's own count.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Contestant, Sample, Scale } from '../line.ts';
import type { HttpContestant, Running } from './contestants.ts';
import { threadsCpuMs } from './processes.ts';
import type { Target } from './target.ts';

/** Lengths of a turn, milliseconds: until it is in its stride again, and measured. */
const startUpMs = 150;
const turnMs = 400;
/** So many turns each say more than three long stretches: neighbours in time have the same machine. */
export const turnRounds = 24;
/** Then a contestant is started anew: what its compiler makes of it differs by two percent from start to start. */
const turnsAStart = 8;

/** Contestants that stay there from turn to turn, and stand still (SIGSTOP) while it is not theirs. */
export class Turns {
  readonly #scale: Scale;
  readonly #lengthMs: number;
  readonly #begun = new Set<Running>();

  /** `lengthMs` of what is measured in a turn: thousands of users want longer ones. */
  constructor(scale: Scale, lengthMs: number = turnMs) {
    this.#scale = scale;
    this.#lengthMs = scale.isQuick ? scale.windowMs : lengthMs;
  }

  take(contestant: HttpContestant, target: Target, users: number): Contestant {
    let running: Running | null = null;
    let turnCount = 0;
    return async () => {
      if (turnCount++ % turnsAStart === 0) {
        if (running !== null) await this.#stop(running);
        running = await this.#begin(contestant, target, users);
      }
      if (running === null) return null;
      const { pid } = running;
      process.kill(pid, 'SIGCONT');
      try {
        await pause(startUpMs);
        return await stretch(pid, target, this.#lengthMs);
      } finally {
        process.kill(pid, 'SIGSTOP');
      }
    };
  }

  async end(): Promise<void> {
    for (const running of this.#begun) await this.#stop(running);
  }

  async #stop(running: Running): Promise<void> {
    this.#begun.delete(running);
    process.kill(running.pid, 'SIGCONT');
    await running.stop();
  }

  async #begin(contestant: HttpContestant, target: Target, users: number): Promise<Running | null> {
    const running = await contestant(target, users);
    if (running === null) return null;
    this.#begun.add(running);
    await pause(this.#scale.warmUpMs);
    return running;
  }
}

async function stretch(pid: number, target: Target, lengthMs: number): Promise<Sample> {
  const from = await look(pid, target);
  await pause(lengthMs);
  const to = await look(pid, target);
  const requests = to.requests - from.requests;
  if (requests <= 0) throw new Error('the contestant sent no request');
  return { cpuUs: ((to.cpuMs - from.cpuMs) * 1000) / requests, perSec: (requests * 1000) / (to.atMs - from.atMs) };
}

async function look(pid: number, target: Target): Promise<{ requests: number; cpuMs: number; atMs: number }> {
  const requests = await target.answered();
  return { requests, cpuMs: await threadsCpuMs(pid), atMs: performance.now() };
}
