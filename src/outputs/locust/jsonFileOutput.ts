/** Locust's `--json-file`: its JSON in a file, to whose name `.json` is added (stats.py, `save_stats_json`). */
import { assertWritable, writeWhole } from '../filePaths.ts';
import type { Output } from '../output.ts';
import { locustJson } from './locustJson.ts';

/** An output that writes `<path>.json` when the run has ended. */
export function jsonFileOutput(path: string): Output {
  const file = `${path}.json`;
  return {
    onStart: () => assertWritable(file),
    onStop: ({ stats }) => writeWhole(file, locustJson(stats)),
    files: () => [file],
  };
}
