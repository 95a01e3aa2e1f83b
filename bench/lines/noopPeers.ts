/**
 * Tasks that do nothing but time and record themselves, a second of one core, counted by the master: ours, boomer's and
 * Locust's.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Line, Medians, OpenLine, Sample, Scale } from '../line.ts';
import { betweenReports } from '../support/betweenReports.ts';
import { boomerCommand, locustCommand, underMaster } from '../support/contestants.ts';
import { missingNotes, peers } from '../support/peers.ts';
import { quantity, ratioText } from '../support/table.ts';
import { workerCommand, type RunningWorker } from '../support/worker.ts';

const users = 50;
const goal = 3;

export const noopPeers: Line = { name: 'noopPeers', open };

function open(scale: Scale): Promise<OpenLine> {
  const measure = (worker: RunningWorker): Promise<Sample> => tasksAndCpu(worker, scale);
  return Promise.resolve({
    contestants: {
      ours: () => underMaster((port) => workerCommand('noop', port), 'BenchNoopUser', users, measure),
      boomer: async () => {
        const { command } = peers.boomer();
        return command === null ? null : underMaster(boomerCommand(command, 'noop', ''), 'Dummy', users, measure);
      },
      locust: async () => {
        const { command } = peers.locust();
        return command === null ? null : underMaster(locustCommand(command), 'PeerNoopUser', users, measure);
      },
    },
    rows: (medians) => ['boomer', 'locust'].map((peer) => row(peer, medians)),
    notes: missingNotes(peers.boomer, peers.locust),
    close: () => Promise.resolve(),
  });
}

function row(peer: string, medians: Medians): ReturnType<OpenLine['rows']>[number] {
  const own = medians.of('ours', 'perCpuSec');
  const other = medians.of(peer, 'perCpuSec');
  const isBoomer = peer === 'boomer';
  return {
    what: `no-op with this.record: tasks a second of CPU, one core, ${users} users`,
    figure: quantity(own, '/s'),
    peer: `${isBoomer ? 'boomer' : 'Locust'}: ${quantity(other, '/s')}`,
    ratio: ratioText(own, other),
    goal: isBoomer ? `≥ ${goal}` : '',
    isMet: isBoomer && own !== null && other !== null ? own / other >= goal : null,
  };
}

async function tasksAndCpu({ pid, master }: RunningWorker, scale: Scale): Promise<Sample> {
  await pause(scale.warmUpMs);
  const { requests, cpuMs } = await betweenReports(pid, master, scale);
  return { perCpuSec: (requests * 1000) / cpuMs };
}
