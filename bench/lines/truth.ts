/**
 * Is what we measure true? A server keeps account of its service times; users at half of the load that they could make
 * are held against it, percentile by percentile.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Line, Medians, OpenLine, Row, Sample, Scale } from '../line.ts';
import { clientCore, serverCore } from '../support/cores.ts';
import { ownProgram, repository } from '../support/paths.ts';
import { start } from '../support/processes.ts';
import { quantity, ratioText } from '../support/table.ts';
import { makeTemporaryFolder } from '../support/temporaryFolder.ts';

const users = 50;
const maxOff = 0.01;

export const truth: Line = { name: 'truth', open };

type Truth = { readonly count: number; readonly p50Ms: number; readonly p99Ms: number };
type Summary = { readonly total: { readonly numRequests: number; readonly percentilesMs: Readonly<Record<string, number>> } };

function open(scale: Scale): Promise<OpenLine> {
  return Promise.resolve({
    contestants: { pair: () => measure(scale) },
    rows: (medians) => ['p50', 'p99'].map((percentile) => row(percentile, medians)),
    notes: [],
    close: () => Promise.resolve(),
  });
}

function row(percentile: string, medians: Medians): Row {
  const own = medians.of('pair', `${percentile}Ms`);
  const server = medians.of('pair', `${percentile}TruthMs`);
  return {
    what: `FastHttpUser at half its load, service times of 5 to 60 ms: ${percentile} measured`,
    figure: quantity(own, 'ms'),
    peer: `by the server itself: ${quantity(server, 'ms')}`,
    ratio: ratioText(own, server),
    goal: percentile === 'p99' ? 'within 1 %' : '',
    isMet: percentile !== 'p99' || own === null || server === null ? null : Math.abs(own / server - 1) <= maxOff,
  };
}

async function measure(scale: Scale): Promise<Sample> {
  const folder = await makeTemporaryFolder();
  const server = start(ownProgram('truthServer'), { core: serverCore });
  try {
    const [, origin = ''] = await server.says(/listening on (http:\S+)/u);
    const seconds = scale.isQuick ? 2 : 10;
    const file = join(folder, 'summary.json');
    const command = [process.execPath, join(repository, 'dist', 'cli', 'bin.js'), 'run', join(repository, 'bench', 'scenarios', 'paced.ts')];
    const run = start([...command, '--host', origin, '-u', String(users), '-r', '1000', '-t', `${seconds}s`, '--stop-timeout', '5', '--threads', '1', '--quiet', '--summary-export', file], { core: clientCore });
    if ((await run.ended) !== 0) throw new Error(`the run failed:\n${run.output()}`);
    const told = (await (await fetch(`${origin}/truth`)).json()) as Truth;
    const { total } = JSON.parse(await readFile(file, 'utf8')) as Summary;
    if (total.numRequests !== told.count) throw new Error(`the server answered ${told.count} requests, the run recorded ${total.numRequests}`);
    const own = (percent: string): number => total.percentilesMs[percent] ?? Number.NaN;
    return { p50Ms: own('50'), p50TruthMs: told.p50Ms, p99Ms: own('99'), p99TruthMs: told.p99Ms };
  } finally {
    await server.stop();
  }
}
