/**
 * The end of a test of many users at stop timeout 0: how long it takes, and whether what the target answered, what the worker recorded and what
 * the master was told are the same. And what a run leaves in memory whose names had ids in them, 20 000 of them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Line, OpenLine, Row, Sample, Scale } from '../line.ts';
import { residentBytes, start } from '../support/processes.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startTarget, type Target } from '../support/target.ts';
import { startWorker, type RunningWorker } from '../support/worker.ts';

export const stopping: Line = { name: 'stopping', open };

type Ending = { readonly name: string; readonly className: 'BenchLogOut' | 'BenchWaiting'; readonly users: number; readonly busyPrograms: number };

const endings: readonly Ending[] = [
  { name: '5 000 users with a log-out', className: 'BenchLogOut', users: 5_000, busyPrograms: 0 },
  { name: '10 000 users with a log-out, beside two programs that want both cores', className: 'BenchLogOut', users: 10_000, busyPrograms: 2 },
  { name: '50 000 users that wait', className: 'BenchWaiting', users: 50_000, busyPrograms: 0 },
  { name: '100 000 users that wait', className: 'BenchWaiting', users: 100_000, busyPrograms: 0 },
];
/** Each records once while it runs and once when it leaves. */
const requestsAUser = 2;
const idUsers = 200;
/** Until memory that was given back shows. */
const settleMs = 10_000;

async function open(scale: Scale): Promise<OpenLine> {
  const target = await startTarget();
  const shown = scale.isQuick ? endings.map((ending) => ({ ...ending, users: ending.users / 50 })) : endings;
  return {
    contestants: {
      ...Object.fromEntries(shown.map((ending) => [ending.name, () => end(ending, target)])),
      ids: () => namesWithIds(scale),
    },
    rows: (medians) => [
      ...shown.map(({ name, users }): Row => {
        const figure = (of: string): number | null => medians.of(name, of);
        const [expected, atTarget, recorded, atMaster] = [users * requestsAUser, figure('atTarget'), figure('recorded'), figure('atMaster')];
        return {
          what: `stop of ${name}: requests at the master`,
          figure: `${quantity(atMaster, '')}, ${quantity(figure('lost'), '')} threads lost, in ${quantity(figure('stopMs'), 'ms')}`,
          peer: `recorded: ${quantity(recorded, '')}${atTarget === 0 ? '' : `, answered by the target: ${quantity(atTarget, '')}`}`,
          ratio: ratioText(atMaster, recorded),
          goal: 'all the same',
          isMet: atMaster === expected && recorded === expected && (atTarget === 0 || atTarget === expected) && figure('lost') === 0,
        };
      }),
      {
        what: 'resident memory after a run with 20 000 names, in the next run with one',
        figure: quantity(medians.of('ids', 'nextMb'), 'MB'),
        peer: `in that run: ${quantity(medians.of('ids', 'idsMb'), 'MB')}, before it: ${quantity(medians.of('ids', 'beforeMb'), 'MB')}`,
        ratio: ratioText(medians.of('ids', 'nextMb'), medians.of('ids', 'beforeMb')),
        goal: '',
        isMet: null,
      },
    ],
    notes: target.notes,
    close: () => target.stop(),
  };
}

async function end({ className, users, busyPrograms }: Ending, target: Target): Promise<Sample> {
  const worker = await startWorker('leaving');
  const busy = Array.from({ length: busyPrograms }, () => start([process.execPath, '-e', 'for (;;);']));
  try {
    const answeredBefore = await target.answered();
    await worker.master.spawn(className, users, target.origin);
    await recorded(worker, users);
    const startMs = performance.now();
    await worker.master.stop(120_000);
    const stopMs = performance.now() - startMs;
    const atTarget = (await target.answered()) - answeredBefore;
    await worker.stop();
    const said = worker.program.output();
    return {
      stopMs,
      atTarget,
      atMaster: atMaster(worker),
      recorded: Number(/delivered (\d+) requests/u.exec(said)?.[1]),
      lost: Array.from(said.matchAll(/load thread \d+ was lost/gu)).length,
    };
  } finally {
    for (const program of busy) await program.stop();
    await worker.stop();
  }
}

/** Waits until the master was told of so many requests. */
async function recorded(worker: RunningWorker, requests: number): Promise<void> {
  while (atMaster(worker) < requests) await worker.master.reported(worker.master.reports.length + 1);
}

function atMaster({ master }: RunningWorker): number {
  return master.reports.reduce((sum, report) => sum + report.requests, 0);
}

async function namesWithIds(scale: Scale): Promise<Sample> {
  const worker = await startWorker('leaving');
  const residentMb = async (): Promise<number> => (await residentBytes(worker.pid)) / 2 ** 20;
  try {
    const beforeMb = await residentMb();
    await worker.master.spawn('BenchIds', idUsers, null);
    await recorded(worker, idUsers * 100);
    const idsMb = await residentMb();
    await worker.master.stop();
    await worker.master.spawn('BenchWaiting', 1, null);
    await pause(scale.isQuick ? 1_000 : settleMs);
    return { beforeMb, idsMb, nextMb: await residentMb() };
  } finally {
    await worker.stop();
  }
}
