/**
 * Programs that load a target, one user loop as good as the other: each sends one request after the other over
 * keep-alive connections. Those that report to a Locust master do so.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { clientCore } from './cores.ts';
import { ownProgram, repository } from './paths.ts';
import { peers, type Peer } from './peers.ts';
import { start } from './processes.ts';
import type { Target } from './target.ts';
import { startUnderMaster, startWorker, type RunningWorker } from './worker.ts';

/** A program under way. */
export type Running = { readonly pid: number; readonly stop: () => Promise<void> };

/** Begins to load `target` with so many users, until it is stopped; null where the program is not here. */
export type HttpContestant = (target: Target, users: number) => Promise<Running | null>;

/** Longer than any line. */
const forEverSec = 3600;

export const wrk: HttpContestant = byCommand(peers.wrk, (target, users) => ['-t1', `-c${users}`, `-d${forEverSec}s`, `${target.origin}/`]);
/** Requests of `bench/peers/requests.lua`. */
export const wrkRequests = (...args: readonly string[]): HttpContestant =>
  byCommand(peers.wrk, (target, users) => ['-t1', `-c${users}`, `-d${forEverSec}s`, '-s', join(repository, 'bench', 'peers', 'requests.lua'), `${target.origin}/`, '--', ...args]);
/** One and the same request to another path. */
export const wrkPath = (path: string): HttpContestant => byCommand(peers.wrk, (target, users) => ['-t1', `-c${users}`, `-d${forEverSec}s`, target.origin + path]);
/** URLs of five random digits. */
export const ohaUrls: HttpContestant = byCommand(peers.oha, (target, users) => ['--no-tui', '-z', `${forEverSec}s`, '-c', String(users), '--rand-regex-url', `${target.origin}/item/[0-9]{5}`]);
export const oha: HttpContestant = byCommand(peers.oha, (target, users) => ['--no-tui', '-z', `${forEverSec}s`, '-c', String(users), `${target.origin}/`]);
export const autocannon: HttpContestant = byCommand(peers.autocannon, (target, users) => ['-n', '-c', String(users), '-d', String(forEverSec), `${target.origin}/`]);
export const k6: HttpContestant = byCommand(peers.k6, (target, users) => k6Args(`${target.origin}/`, users));
export const k6Urls = (count: number): HttpContestant => byCommand(peers.k6, (target, users) => k6Args(`${target.origin}/item/`, users, '-e', `URLS=${count}`));
export const boomerFastHttp: HttpContestant = (target, users) => boomer('fasthttp', `${target.origin}/`, users);
export const boomerFastHttpUrls = (count: number): HttpContestant => (target, users) => boomer('fasthttp', `${target.origin}/item/`, users, `-urls=${count}`);
export const boomerNetHttp: HttpContestant = (target, users) => boomer('nethttp', `${target.origin}/`, users);
export const locustFastHttp: HttpContestant = (target, users) => locust('PeerFastHttpUser', target, users);
export const locustHttp: HttpContestant = (target, users) => locust('PeerHttpUser', target, users);
export const ourFastHttpUser: HttpContestant = (target, users) => ours('fastHttp', 'BenchFastHttpUser', target, users);
export const ourHttpUser: HttpContestant = (target, users) => ours('http', 'BenchHttpUser', target, users);
/** A class of `bench/scenarios/requests.ts`. */
export const ourRequests = (className: string): HttpContestant => (target, users) => ours('requests', className, target, users);
export const undici: HttpContestant = (target, users) => begun(ownProgram('bareUndici', target.origin, String(users)));

/** Uses a worker with `users` of a class, and ends it. */
export async function underMaster<T>(command: (masterPort: number) => readonly string[], className: string, users: number, use: (worker: RunningWorker) => Promise<T>): Promise<T> {
  const worker = await startUnderMaster(command, clientCore);
  try {
    await worker.master.spawn(className, users, null);
    return await use(worker);
  } finally {
    await worker.stop();
  }
}

export function boomerCommand(binary: readonly string[], kind: 'noop' | 'nethttp' | 'fasthttp', url: string, ...more: readonly string[]): (masterPort: number) => readonly string[] {
  return (masterPort) => [...binary, `-kind=${kind}`, `-url=${url}`, ...more, '--master-host=127.0.0.1', `--master-port=${masterPort}`];
}

export function locustCommand(binary: readonly string[]): (masterPort: number) => readonly string[] {
  const file = join(repository, 'bench', 'peers', 'peers.py');
  return (masterPort) => [...binary, '-f', file, '--worker', '--master-host', '127.0.0.1', '--master-port', String(masterPort)];
}

function byCommand(peer: () => Peer, args: (target: Target, users: number) => readonly string[]): HttpContestant {
  return async (target, users) => {
    const { command } = peer();
    return command === null ? null : begun([...command, ...args(target, users)]);
  };
}

async function boomer(kind: 'nethttp' | 'fasthttp', url: string, users: number, ...more: readonly string[]): Promise<Running | null> {
  const { command } = peers.boomer();
  return command === null ? null : loading(startUnderMaster(boomerCommand(command, kind, url, ...more), clientCore), 'Dummy', users, null);
}

function k6Args(url: string, users: number, ...more: readonly string[]): readonly string[] {
  return ['run', '--quiet', '--no-usage-report', '-e', `URL=${url}`, '-e', `VUS=${users}`, '-e', `DURATION=${forEverSec}s`, ...more, join(repository, 'bench', 'peers', 'k6.js')];
}

async function locust(className: string, target: Target, users: number): Promise<Running | null> {
  const { command } = peers.locust();
  return command === null ? null : loading(startUnderMaster(locustCommand(command), clientCore), className, users, target.origin);
}

function ours(scenario: string, className: string, target: Target, users: number): Promise<Running> {
  return loading(startWorker(scenario, { core: clientCore }), className, users, target.origin);
}

async function loading(starting: Promise<RunningWorker>, className: string, users: number, host: string | null): Promise<Running> {
  const worker = await starting;
  await worker.master.spawn(className, users, host);
  return worker;
}

async function begun(command: readonly string[]): Promise<Running> {
  const program = start(command, { core: clientCore });
  await pause(100);
  return program;
}
