/** CPU and requests of a program between two moments in the middle of its run. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Sample, Scale } from '../line.ts';
import { cpuMs } from './processes.ts';
import type { Target } from './target.ts';

/** `cpuUs`: of the whole process a request, user and system; `perSec`: requests a second. Requests are the server's own count. */
export async function middleOfRun(pid: number, target: Target, scale: Scale): Promise<Sample> {
  await pause(scale.warmUpMs);
  const from = await look(pid, target);
  await pause(scale.windowMs);
  const to = await look(pid, target);
  const requests = to.requests - from.requests;
  if (requests <= 0) throw new Error('the contestant sent no request');
  return { cpuUs: ((to.cpuMs - from.cpuMs) * 1000) / requests, perSec: (requests * 1000) / (to.atMs - from.atMs) };
}

async function look(pid: number, target: Target): Promise<{ requests: number; cpuMs: number; atMs: number }> {
  const requests = await target.answered();
  return { requests, cpuMs: await cpuMs(pid), atMs: performance.now() };
}
