/** Locust's `--json-file`: its JSON in a file, to whose name `.json` is added (stats.py, `save_stats_json`). */
import type { Output } from '../output.ts';
import { ReportFile } from '../reportFile.ts';
import { locustJson } from './locustJson.ts';

/** An output that writes `<path>.json` when the run has ended. */
export function jsonFileOutput(path: string): Output {
  const file = new ReportFile(`${path}.json`);
  return {
    onStart: () => file.open(),
    onStop: ({ stats }) => file.write(locustJson(stats)),
    files: () => [file.path],
  };
}
