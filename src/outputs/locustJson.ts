/**
 * Locust's `--json`: an array with the 14 fields of each row, in Locust's order (stats.py, `serialize_stats`), laid out
 * and typed as Python's `json.dumps(…, indent=4)` does it: a reader that tells 12 from 12.0 sees what Locust would say.
 */
import type { RunStats } from '../report/runView.ts';
import type { StatsRow } from '../stats/report.ts';
import type { Output } from './outputs.ts';
import { ReportFile } from './reportFile.ts';
import { asciiJson } from '../util/asciiJson.ts';

/** The text, without a line end after it. Rows without a request are left out, the total is not in it. */
export function locustJson(stats: Pick<RunStats, 'rows'>): string {
  const entries = stats.rows.filter(({ numRequests, numFailures }) => numRequests > 0 || numFailures > 0).map(entryText);
  return entries.length === 0 ? '[]' : `[\n${entries.join(',\n')}\n]`;
}

function entryText(row: StatsRow): string {
  const isTimed = row.minResponseTimeMs !== null;
  // Sums and extremes begin as the whole number 0 in Locust, and become floats with the first response time.
  const timed = (value: number): string => (isTimed ? pythonFloat(value) : '0');
  const fields: readonly (readonly [name: string, text: string])[] = [
    ['name', asciiJson(JSON.stringify(row.name))],
    ['method', asciiJson(JSON.stringify(row.method))],
    ['last_request_timestamp', floatOrNull(row.lastRequestSec)],
    ['start_time', pythonFloat(row.startTimeSec)],
    ['num_requests', String(row.numRequests)],
    ['num_none_requests', String(row.numNoneRequests)],
    ['num_failures', String(row.numFailures)],
    ['total_response_time', timed(row.totalResponseTimeMs)],
    ['max_response_time', timed(row.maxResponseTimeMs)],
    ['min_response_time', floatOrNull(row.minResponseTimeMs)],
    ['total_content_length', String(row.totalContentLength)],
    ['response_times', countsText(row.responseTimes)],
    ['num_reqs_per_sec', countsText(row.requestsPerSec)],
    ['num_fail_per_sec', countsText(row.failuresPerSec)],
  ];
  return `    {\n${fields.map(([name, text]) => `        "${name}": ${text}`).join(',\n')}\n    }`;
}

function floatOrNull(value: number | null): string {
  return value === null ? 'null' : pythonFloat(value);
}

function countsText(counts: ReadonlyMap<number, number>): string {
  if (counts.size === 0) return '{}';
  const lines = [...counts].map(([key, count]) => `            "${key}": ${count}`);
  return `{\n${lines.join(',\n')}\n        }`;
}

/* Locust's `--json-file`: its JSON in a file, to whose name `.json` is added (stats.py, `save_stats_json`). */

/** An output that writes `<path>.json` when the run has ended. */
export function jsonFileOutput(path: string): Output {
  const file = new ReportFile(`${path}.json`);
  return {
    onStart: () => file.open(),
    onStop: ({ stats }) => file.write(locustJson(stats)),
    files: () => [file.path],
  };
}

/* Numbers and stamps as Python writes them: in Locust's files a float shows that it is one, also when it is whole. */

/** `repr` of a float, finite: `12.0`, `0.1`, `1e-05`, `1e+16`. */
export function pythonFloat(value: number): string {
  const size = Math.abs(value);
  // Both languages write the fewest digits that name the number; they differ in when they turn to exponents.
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return withPythonExponent(value.toExponential());
  const text = Object.is(value, -0) ? '-0' : String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}

/** At least two digits, and a sign. */
function withPythonExponent(text: string): string {
  return text.replace(/e([+-])(\d+)$/u, (_match, sign: string, digits: string) => `e${sign}${digits.padStart(2, '0')}`);
}

/** `format_utc_timestamp`: `2026-11-21T07:38:06Z`. */
export function utcTimestamp(unixSec: number): string {
  return new Date(Math.trunc(unixSec) * 1000).toISOString().replace('.000Z', 'Z');
}
