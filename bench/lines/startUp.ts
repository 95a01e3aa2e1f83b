/**
 * From the spawn of the process until the master has acknowledged the worker: the real command with a scenario of one
 * file. Beside it what its parts take when each is done alone, one after the other, in one process.
 */
import { join } from 'node:path';
import type { Line, Medians, OpenLine, Sample } from '../line.ts';
import { BenchMaster } from '../support/master.ts';
import { ownProgram, repository } from '../support/paths.ts';
import { start } from '../support/processes.ts';
import { quantity, ratioText } from '../support/table.ts';
import { workerCommand } from '../support/worker.ts';

const goalMs = 500;

export const startUp: Line = { name: 'startUp', open: () => Promise.resolve(opened) };

const opened: OpenLine = {
  rounds: 10,
  contestants: { node: bareNode, worker, parts },
  rows(medians) {
    const own = medians.of('worker', 'ms');
    const node = medians.of('node', 'ms');
    return [
      {
        what: 'start of the process to the master\'s ack, scenario of one file',
        figure: quantity(own, 'ms'),
        peer: `node -e 0: ${quantity(node, 'ms')}`,
        ratio: ratioText(own, node),
        goal: `≤ ${goalMs} ms`,
        isMet: own === null ? null : own <= goalMs,
      },
      { what: '  its parts, alone', figure: partsOf(medians), peer: '', ratio: '', goal: '', isMet: null },
    ];
  },
  notes: [],
  close: () => Promise.resolve(),
};

function partsOf(medians: Medians): string {
  const parts = [
    ['nodeMs', 'node'],
    ['commandLineMs', 'command line'],
    ['modulesMs', 'modules'],
    ['compileMs', 'compile'],
    ['threadMs', 'thread'],
  ] as const;
  return parts.map(([figure, name]) => `${name} ${quantity(medians.of('parts', figure), 'ms')}`).join(', ');
}

async function bareNode(): Promise<Sample> {
  const startMs = performance.now();
  await start([process.execPath, '-e', '0']).ended;
  return { ms: performance.now() - startMs };
}

async function worker(): Promise<Sample> {
  const master = await BenchMaster.start();
  const startMs = performance.now();
  const program = start(workerCommand('noop', master.port));
  try {
    await master.ready();
    return { ms: (master.ackedMs ?? Number.NaN) - startMs };
  } finally {
    await master.close();
    await program.stop();
  }
}

async function parts(): Promise<Sample> {
  const program = start(ownProgram('startUpParts', join(repository, 'bench', 'scenarios', 'noop.ts')));
  const [figures] = await program.says(/\{.*\}/u);
  await program.stop();
  return JSON.parse(figures) as Sample;
}
