/** `npm run chaos -- [--schedules N] [--seed S] [--parallel K] [--only I]`: exit 1 when anything is unexplained. */
import { randomInt } from 'node:crypto';
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { runChaos, sumLine, tableHead } from './chaos.ts';

const { values } = parseArgs({ options: { schedules: { type: 'string', default: '20' }, seed: { type: 'string', default: String(randomInt(1_000_000)) }, parallel: { type: 'string', default: '6' }, only: { type: 'string' } } });
const { seed, only } = values;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const whole = (name: string, text: string): number => {
  if (/^\d+$/u.test(text)) return Number(text);
  throw new Error(`--${name} is a whole number, not "${text}"`);
};

// Node ends at a signal without its `exit`, at which everything that was taken of the machine is given back.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(128 + constants.signals[signal]));

say(`seed ${seed}`);
say(tableHead);
const indexes = only === undefined ? Array.from({ length: whole('schedules', values.schedules) }, (_, index) => index) : [whole('only', only)];
const outcomes = await runChaos({ seed, indexes, parallel: Math.max(1, whole('parallel', values.parallel)), say });
say(sumLine(outcomes));
process.exitCode = outcomes.some(({ problems }) => problems.length > 0) ? 1 : 0;
