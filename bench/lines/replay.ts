/**
 * A capture of 33 000 requests over 20 s (`--minute`: of 100 000 over 60 s), replayed at its own speed by one process, and by two workers under a real
 * Locust master: is each request sent once, how late do they begin, and what do they cost.
 */
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Contestant, Line, Medians, OpenLine, Row, Sample, Scale } from '../line.ts';
import { ownProgram, repository } from '../support/paths.ts';
import { peers } from '../support/peers.ts';
import { cpuMs, peakBytes, start, type Program } from '../support/processes.ts';
import { quantity } from '../support/table.ts';
import { freePort } from '../support/target.ts';
import { makeTemporaryFolder } from '../support/temporaryFolder.ts';

const visitors = 500;
const bodyEvery = 10;

export const replay: Line = { name: 'replay', open };

type Capture = { readonly folder: string; readonly scenario: string; readonly requests: number; readonly seconds: number };

/** What a run's summary tells of those that were to begin at a moment. */
type Summary = {
  readonly arrivals: { readonly started: number; readonly lateP99Ms: number; readonly latestMs: number };
  readonly rows: readonly { readonly fromSchedule?: { readonly percentilesMs: Readonly<Record<string, number>> } }[];
};

async function open(scale: Scale): Promise<OpenLine> {
  const isMinute = process.argv.includes('--minute');
  const [requests, seconds] = scale.isQuick ? [3_000, 2] : isMinute ? [100_000, 60] : [33_000, 20];
  const folder = await makeTemporaryFolder();
  const capture = { folder, scenario: join(folder, 'scenario.mjs'), requests, seconds };
  await writeCapture(capture);
  return {
    contestants: { alone: alone(capture), workers: twoWorkers(capture) },
    rounds: 1,
    rows: (medians) => [...rowsOf('by one process', 'alone', capture, medians), ...rowsOf('by two workers under Locust', 'workers', capture, medians)],
    notes: [],
    close: () => Promise.resolve(),
  };
}

function rowsOf(by: string, contestant: string, { requests, seconds }: Capture, medians: Medians): readonly Row[] {
  const of = (figure: string): number | null => medians.of(contestant, figure);
  const what = `a capture of ${quantity(requests, '')} requests over ${seconds} s, replayed ${by}`;
  const row = (detail: string, figure: string, goal = '', isMet: boolean | null = null): Row => ({ what: `${what}: ${detail}`, figure, peer: '', ratio: '', goal, isMet });
  const [sent, distinct, begun] = [of('sent'), of('distinct'), of('begun')];
  return [
    row('requests that the target got', quantity(sent, ''), `each once: ${quantity(requests, '')}`, sent === null ? null : sent === requests && distinct === requests && begun === requests),
    // A master has rows of that, in whole milliseconds.
    ...(contestant === 'alone' ? [row('from its moment to its answer, p50', quantity(of('p50Ms'), 'ms'))] : []),
    row('begun after its moment, p99', quantity(of('lateP99Ms'), 'ms')),
    row('begun after its moment, the latest', quantity(of('latestMs'), 'ms')),
    row('CPU a request, of whole processes', quantity(of('cpuUs'), 'µs')),
    row('peak resident memory of a process', quantity(of('peakMb'), 'MB')),
  ];
}

function alone(capture: Capture): Contestant {
  return async () => {
    const summary = join(capture.folder, 'summary.json');
    return withTarget(async (origin) => {
      const run = start([...boomer, 'run', capture.scenario, '--host', origin, '--threads', '1', '--quiet', '--summary-export', summary]);
      const used = await usedUntilEnd([run]);
      const { arrivals, rows } = JSON.parse(await readFile(summary, 'utf8')) as Summary;
      const [row] = rows;
      return { begun: arrivals.started, lateP99Ms: arrivals.lateP99Ms, latestMs: arrivals.latestMs, p50Ms: row?.fromSchedule?.percentilesMs['50'] ?? Number.NaN, ...used };
    }, capture);
  };
}

/** The master ends by itself when both are done; each says how late it was. */
function twoWorkers(capture: Capture): Contestant {
  const locust = peers.locust();
  return async () => {
    const { command } = locust;
    if (command === null) return null;
    return withTarget(async (origin) => {
      const locustfile = join(capture.folder, 'locustfile.py');
      await writeFile(locustfile, 'from locust import User\n\n\nclass Captured(User):\n    pass\n');
      const port = String(await freePort());
      const master = start([...command, '-f', `${locustfile},${join(repository, 'locust', 'replay.py')}`, '--master', '--headless', '--master-bind-host', '127.0.0.1', '--master-bind-port', port, '--expect-workers', '2', '-u', '1', '-r', '1', '--host', origin]);
      const workers = [1, 2].map(() => start([...boomer, 'worker', capture.scenario, '--master-port', port, '--threads', '1', '--no-progress']));
      try {
        const used = await usedUntilEnd(workers);
        const said = workers.map((worker) => /of the last test, (\d+) .*the latest (\d+) ms after its moment \(99 % within (\d+) ms\)/u.exec(worker.output()) ?? []);
        const worst = (place: number): number => Math.max(...said.map((words) => Number(words[place])));
        return { begun: said.reduce((sum, [, count]) => sum + Number(count), 0), latestMs: worst(2), lateP99Ms: worst(3), ...used };
      } finally {
        await Promise.all([master, ...workers].map(async (program) => program.stop()));
      }
    }, capture);
  };
}

async function withTarget(measure: (origin: string) => Promise<Sample & { readonly cpuMs: number }>, { requests }: Capture): Promise<Sample> {
  const server = start(ownProgram('replayTarget'));
  try {
    const [, origin = ''] = await server.says(/listening on (http:\S+)/u);
    const { cpuMs: usedMs, ...sample } = await measure(origin);
    const { count, distinct } = (await (await fetch(`${origin}/seen`)).json()) as { readonly count: number; readonly distinct: number };
    return { ...sample, sent: count, distinct, cpuUs: (usedMs * 1000) / requests };
  } finally {
    await server.stop();
  }
}

/** CPU of all, and the peak of the one that had most memory, as they were last seen. */
async function usedUntilEnd(programs: readonly Program[]): Promise<{ readonly cpuMs: number; readonly peakMb: number }> {
  const used = programs.map(() => ({ cpuMs: 0, peakMb: 0 }));
  let isOver = false;
  const ended = Promise.all(programs.map(async ({ ended: own }) => own)).then(() => (isOver = true));
  while (!isOver) {
    await Promise.all(programs.map(async ({ pid }, index) => {
      const seen = await Promise.all([cpuMs(pid), peakBytes(pid)]).catch(() => null);
      // One that has ended, and is not yet cleared away, has no memory.
      if (seen !== null && !Number.isNaN(seen[1])) used[index] = { cpuMs: seen[0], peakMb: seen[1] / 1e6 };
    }));
    await Promise.race([ended, pause(100)]);
  }
  return { cpuMs: used.reduce((sum, { cpuMs: own }) => sum + own, 0), peakMb: Math.max(...used.map(({ peakMb }) => peakMb)) };
}

/** As GoReplay writes it, with the headers that a browser sends; each tenth has a body. */
async function writeCapture({ folder, scenario, requests, seconds }: Capture): Promise<void> {
  await writeFile(scenario, "import { ReplayUser, replay } from 'boomer-node';\nexport class Captured extends ReplayUser {\n  static http = { discardBody: true };\n  static replay = replay(new URL('traffic.gor', import.meta.url));\n}\n");
  const file = createWriteStream(join(folder, 'traffic.gor'));
  for (let id = 0; id < requests; id += 1) if (!file.write(captured(id, (id * seconds * 1e9) / requests))) await once(file, 'drain');
  file.end();
  await once(file, 'close');
}

function captured(id: number, atNs: number): string {
  const body = id % bodyEvery === 0 ? JSON.stringify({ id, text: 'x'.repeat(200) }) : '';
  const head = [
    `${body === '' ? 'GET' : 'POST'} /item/${id}?page=${id % 7} HTTP/1.1`,
    'Host: shop.example',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Accept: application/json, text/plain, */*',
    'Accept-Language: en-US,en;q=0.5',
    'Accept-Encoding: gzip, deflate, br',
    'Referer: https://shop.example/cart',
    `Cookie: theme=dark; session=visitor-${id % visitors}-0123456789abcdef; lang=en`,
    ...(body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`]),
  ];
  return `1 ${id.toString(16).padStart(24, '0')} ${BigInt(beganMs) * 1_000_000n + BigInt(Math.round(atNs)) + 123n} 0\n${head.join('\r\n')}\r\n\r\n${body}\n🐵🙈🙉\n`;
}

const beganMs = 1_764_410_400_000;
const boomer: readonly string[] = [process.execPath, join(repository, 'dist', 'cli', 'bin.js')];
