/**
 * `npm run bench [-- NAME… --quick]`: measures the lines one after the other, prints one table, and writes it to
 * `bench/results.md` when all lines were measured in full. `npm run bench:peers` is the same with `--install`: it first
 * makes the peers that are missing.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Line, OpenLine, Row, Sample, Scale } from './line.ts';
import { lines } from './lines.ts';
import { machine } from './support/machine.ts';
import { mediansOf } from './support/medians.ts';
import { repository } from './support/paths.ts';
import { table } from './support/table.ts';

const full: Scale = { rounds: 3, warmUpMs: 3_000, windowMs: 4_000, isQuick: false };
const quick: Scale = { rounds: 1, warmUpMs: 700, windowMs: 800, isQuick: true };

const words = process.argv.slice(2);
/** Far more than any of them takes; `--install` builds peers meanwhile. */
const contestantMs = words.includes('--install') ? 40 * 60_000 : 5 * 60_000;
const scale = words.includes('--quick') ? quick : full;
const chosen = choose(words.filter((word) => !['--quick', '--install', '--minute'].includes(word)));

const rows: Row[] = [];
const notes: string[] = [];
for (const line of chosen) {
  const open = await line.open(scale);
  try {
    rows.push(...(await measure(line, open)));
    notes.push(...open.notes);
  } finally {
    await open.close();
  }
}

const text = [table(rows), '', ...machine().map((fact) => `- ${fact}`), ...[...new Set(notes)].map((note) => `- ${note}`), ''].join('\n');
process.stdout.write(`\n${text}`);
if (scale === full && chosen.length === lines.length) await writeFile(join(repository, 'bench', 'results.md'), `# Results of \`npm run bench\`\n\n${text}`);

/** Round after round, each contestant in turn: what disturbs the machine disturbs all of them. */
async function measure(line: Line, open: OpenLine): Promise<readonly Row[]> {
  const samples = new Map<string, Sample[]>(Object.keys(open.contestants).map((name) => [name, []]));
  const rounds = scale.isQuick ? 1 : (open.rounds ?? scale.rounds);
  for (let round = 1; round <= rounds; round++) {
    for (const [name, contestant] of Object.entries(open.contestants)) {
      process.stderr.write(`${line.name} ${round}/${rounds}: ${name} … `);
      const sample = await inTime(contestant());
      process.stderr.write(`${sample === null ? 'not here' : shown(sample)}\n`);
      if (sample !== null) samples.get(name)?.push(sample);
    }
  }
  return open.rows(mediansOf(samples));
}

/** A contestant that stands still ends the benchmark with its name, which stands on the screen. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = new AbortController();
  const tooLate = pause(contestantMs, undefined, { signal: late.signal }).then(() => {
    throw new Error(`it is not done after ${contestantMs / 60_000} minutes`);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    tooLate.catch(() => undefined);
    late.abort();
  }
}

function shown(sample: Sample): string {
  return Object.entries(sample)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(', ');
}

function choose(names: readonly string[]): readonly Line[] {
  const unknown = names.find((name) => lines.every((line) => line.name !== name));
  if (unknown !== undefined) {
    process.stderr.write(`no benchmark is called "${unknown}": there are ${lines.map(({ name }) => name).join(', ')}, and the flags --quick and --minute (of replay)\n`);
    process.exit(2);
  }
  return names.length === 0 ? lines : lines.filter(({ name }) => names.includes(name));
}
