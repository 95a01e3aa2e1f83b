/** What is about to run, as k6 shows it; pure. */
import type { RunStart } from '../../report/runView.ts';
import type { Colours } from './colours.ts';
import { harmless } from '../../util/harmless.ts';

/** Ends with an empty line. Long values wrap as the terminal wraps them. */
export function headerLines(start: RunStart, { strong, measured }: Colours): string[] {
  const { version, files, host, plan, classes, threadCount, seed, labels } = start;
  const entries: readonly (readonly [label: string, value: string])[] = [
    ['scenario', files.join(', ')],
    ['target', host ?? 'the host of each user class'],
    ['load', plan],
    ['users', classes.map(classText).join(', ')],
    ['threads', String(threadCount)],
    ['seed', seed],
    ['tags', Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ')],
  ];
  const shown = entries.filter(([, value]) => value !== '');
  return ['', strong(`boomer-node ${version}`), '', ...shown.map(([label, value]) => `${label.padStart(10)}: ${measured(harmless(value))}`), ''];
}

function classText({ name, weight, fixedCount }: RunStart['classes'][number]): string {
  return `${name} (${fixedCount > 0 ? `fixed count ${fixedCount}` : `weight ${weight}`})`;
}
