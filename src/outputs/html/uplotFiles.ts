/** The only owner of `uplot`: the chart library's files, to be put into a page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export type UplotFiles = {
  /** Defines the global `uPlot`. */
  readonly script: string;
  readonly style: string;
};

const find = createRequire(import.meta.url);

/** Reads both files from the installed package. */
export function uplotFiles(): UplotFiles {
  const read = (name: string): string => readFileSync(find.resolve(`uplot/dist/${name}`), 'utf8').trim();
  return { script: read('uPlot.iife.min.js'), style: read('uPlot.min.css') };
}
