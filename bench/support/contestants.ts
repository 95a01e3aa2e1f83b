/**
 * Programs that load a target, one user loop as good as the other: each sends one request after the other over
 * keep-alive connections. Those that report to a Locust master do so.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sample, Scale } from '../line.ts';
import { clientCore } from './cores.ts';
import { BenchMaster } from './master.ts';
import { ownProgram, repository } from './paths.ts';
import { peers, type Peer } from './peers.ts';
import { start, type Program } from './processes.ts';
import type { Target } from './target.ts';
import { middleOfRun } from './window.ts';
import { startWorker } from './worker.ts';

/** Loads `target` with so many users and measures the middle of it; null where the program is not here. */
export type HttpContestant = (target: Target, users: number, scale: Scale) => Promise<Sample | null>;

export const wrk: HttpContestant = byCommand(peers.wrk, (target, users, seconds) => ['-t1', `-c${users}`, `-d${seconds}s`, `${target.origin}/`]);
export const oha: HttpContestant = byCommand(peers.oha, (target, users, seconds) => ['--no-tui', '-z', `${seconds}s`, '-c', String(users), `${target.origin}/`]);
export const autocannon: HttpContestant = byCommand(peers.autocannon, (target, users, seconds) => ['-n', '-c', String(users), '-d', String(seconds), `${target.origin}/`]);
export const k6: HttpContestant = byCommand(peers.k6, (target, users, seconds) => [
  'run', '--quiet', '--no-usage-report', '-e', `URL=${target.origin}/`, '-e', `VUS=${users}`, '-e', `DURATION=${seconds}s`, join(repository, 'bench', 'peers', 'k6.js'),
]);
export const boomerFastHttp: HttpContestant = (target, users, scale) => boomer('fasthttp', target, users, scale);
export const boomerNetHttp: HttpContestant = (target, users, scale) => boomer('nethttp', target, users, scale);
export const locustFastHttp: HttpContestant = (target, users, scale) => locust('PeerFastHttpUser', target, users, scale);
export const locustHttp: HttpContestant = (target, users, scale) => locust('PeerHttpUser', target, users, scale);
export const ourFastHttpUser: HttpContestant = (target, users, scale) => ours('fastHttp', 'BenchFastHttpUser', target, users, scale);
export const ourHttpUser: HttpContestant = (target, users, scale) => ours('http', 'BenchHttpUser', target, users, scale);
export const undici: HttpContestant = (target, users, scale) => measured(start(ownProgram('bareUndici', target.origin, String(users)), { core: clientCore }), target, scale);

/** A worker of boomer or Locust under the benchmark's master, with `users` of a class. */
export async function underMaster<T>(command: (masterPort: number) => readonly string[], className: string, users: number, host: string | null, use: (program: Program, master: BenchMaster) => Promise<T>): Promise<T> {
  const master = await BenchMaster.start();
  const program = start(command(master.port), { core: clientCore });
  try {
    await Promise.race([
      master.ready(),
      program.ended.then(() => {
        throw new Error(`the contestant ended:\n${program.output()}`);
      }),
    ]);
    await master.spawn(className, users, host);
    return await use(program, master);
  } finally {
    await master.close();
    await program.stop();
  }
}

export function boomerCommand(binary: readonly string[], kind: 'noop' | 'nethttp' | 'fasthttp', url: string): (masterPort: number) => readonly string[] {
  return (masterPort) => [...binary, `-kind=${kind}`, `-url=${url}`, '--master-host=127.0.0.1', `--master-port=${masterPort}`];
}

export function locustCommand(binary: readonly string[]): (masterPort: number) => readonly string[] {
  const file = join(repository, 'bench', 'peers', 'peers.py');
  return (masterPort) => [...binary, '-f', file, '--worker', '--master-host', '127.0.0.1', '--master-port', String(masterPort)];
}

function byCommand(peer: () => Peer, args: (target: Target, users: number, seconds: number) => readonly string[]): HttpContestant {
  return async (target, users, scale) => {
    const { command } = peer();
    if (command === null) return null;
    const seconds = Math.ceil((scale.warmUpMs + scale.windowMs) / 1000) + 2;
    return measured(start([...command, ...args(target, users, seconds)], { core: clientCore }), target, scale);
  };
}

async function boomer(kind: 'nethttp' | 'fasthttp', target: Target, users: number, scale: Scale): Promise<Sample | null> {
  const { command } = peers.boomer();
  if (command === null) return null;
  return underMaster(boomerCommand(command, kind, `${target.origin}/`), 'Dummy', users, null, ({ pid }) => middleOfRun(pid, target, scale));
}

async function locust(className: string, target: Target, users: number, scale: Scale): Promise<Sample | null> {
  const { command } = peers.locust();
  if (command === null) return null;
  return underMaster(locustCommand(command), className, users, target.origin, ({ pid }) => middleOfRun(pid, target, scale));
}

async function ours(scenario: string, className: string, target: Target, users: number, scale: Scale): Promise<Sample> {
  const worker = await startWorker(scenario, { core: clientCore });
  try {
    await worker.master.spawn(className, users, target.origin);
    return await middleOfRun(worker.pid, target, scale);
  } finally {
    await worker.stop();
  }
}

async function measured(client: Program, target: Target, scale: Scale): Promise<Sample> {
  try {
    await pause(100);
    return await middleOfRun(client.pid, target, scale);
  } finally {
    await client.stop();
  }
}
