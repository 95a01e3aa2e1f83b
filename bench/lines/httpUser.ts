/**
 * CPU per HTTP request: 50 users without a pause on one core against a server on another one, whole processes, between
 * two moments in the middle of the run. Requests are the server's own count.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Line, OpenLine, Sample, Scale } from '../line.ts';
import { clientCore } from '../support/cores.ts';
import { repository } from '../support/paths.ts';
import { cpuMs, start } from '../support/processes.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startTarget, type Target } from '../support/target.ts';
import { startWorker } from '../support/worker.ts';

const users = 50;
const goal = 1.25;
const hasWrk = spawnSync('wrk', ['-v']).error === undefined;

export const httpUser: Line = { name: 'httpUser', open };

async function open(scale: Scale): Promise<OpenLine> {
  const target = await startTarget();
  const notes = [target.note, hasWrk ? null : 'wrk is not installed (Debian: apt-get install wrk)'].filter((note) => note !== null);
  return {
    contestants: {
      undici: () => bareUndici(target, scale),
      httpUser: () => ours(target, scale),
      wrk: () => wrk(target, scale),
    },
    rows(medians) {
      const bare = medians.of('undici', 'cpuUs');
      return ['httpUser', 'wrk'].map((contestant) => {
        const own = medians.of(contestant, 'cpuUs');
        const isOurs = contestant === 'httpUser';
        return {
          what: `${isOurs ? 'HttpUser under a master, recording' : 'wrk'}: CPU a request, ${target.name}, ${users} users`,
          figure: `${quantity(own, 'µs')}, ${quantity(medians.of(contestant, 'perSec'), '/s')} on a core`,
          peer: `undici Client.request, body read: ${quantity(bare, 'µs')}, ${quantity(medians.of('undici', 'perSec'), '/s')}`,
          ratio: ratioText(own, bare),
          goal: isOurs ? `≤ ${goal}` : '',
          isMet: isOurs && own !== null && bare !== null ? own / bare <= goal : null,
        };
      });
    },
    notes,
    close: target.stop,
  };
}

async function bareUndici(target: Target, scale: Scale): Promise<Sample> {
  const client = start([process.execPath, join(repository, 'bench', 'dist', 'programs', 'bareUndici.js'), target.origin, String(users)], { core: clientCore });
  try {
    return await window(client.pid, target, scale);
  } finally {
    await client.stop();
  }
}

async function ours(target: Target, scale: Scale): Promise<Sample> {
  const worker = await startWorker('http', clientCore);
  try {
    await worker.master.spawn('BenchHttpUser', users, target.origin);
    return await window(worker.pid, target, scale);
  } finally {
    await worker.stop();
  }
}

async function wrk(target: Target, scale: Scale): Promise<Sample | null> {
  if (!hasWrk) return null;
  const seconds = Math.ceil((scale.warmUpMs + scale.windowMs) / 1000) + 1;
  const client = start(['wrk', '-t1', `-c${users}`, `-d${seconds}s`, `${target.origin}/`], { core: clientCore });
  try {
    return await window(client.pid, target, scale);
  } finally {
    await client.stop();
  }
}

/** The middle of a run. */
async function window(pid: number, target: Target, scale: Scale): Promise<Sample> {
  await pause(scale.warmUpMs);
  const from = await look(pid, target);
  await pause(scale.windowMs);
  const to = await look(pid, target);
  const requests = to.requests - from.requests;
  return { cpuUs: ((to.cpuMs - from.cpuMs) * 1000) / requests, perSec: (requests * 1000) / (to.atMs - from.atMs) };
}

async function look(pid: number, target: Target): Promise<{ requests: number; cpuMs: number; atMs: number }> {
  const requests = await target.answered();
  return { requests, cpuMs: await cpuMs(pid), atMs: performance.now() };
}
