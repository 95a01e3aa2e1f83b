/** Requests as they are shown while they are recorded: a line for each. */
import { cut, padEnd, type Colours } from '../outputs/console/table.ts';
import { byteText, responseTimeText } from '../report/numberText.ts';
import { rowName } from '../traffic/rowNames.ts';
import { harmless } from '../util/harmless.ts';
import { redactUrl } from '../util/redaction.ts';
import type { PassedExchange } from './passedExchange.ts';

const [methodCells, statusCells, msCells, bytesCells] = [7, 6, 9, 9];
const minNameCells = 12;

/** `POST    /login     302      12 ms   1.2 kB`, with what went wrong behind it; the name is cut so that it fits into `width` cells. */
export function rowText({ method, url, answer, elapsedMs, body, problem, isTunnel }: PassedExchange, width: number, { good, bad, faint }: RowColours): string {
  const status = answer === null ? '–' : String(answer.status);
  const isBad = problem !== null || (answer?.status ?? 0) >= 400;
  const bytes = body.totalBytes + (answer?.body.totalBytes ?? 0);
  const nameCells = Math.max(minNameCells, Math.min(60, width - methodCells - statusCells - msCells - bytesCells - 1));
  const name = cut(harmless(nameOf(url)), nameCells);
  const remark = problem ?? (isTunnel ? 'passed through, not recorded' : null);
  return [
    padEnd(cut(harmless(method), methodCells), methodCells + 1),
    padEnd(name, nameCells),
    (isBad ? bad : good)(status.padStart(statusCells)),
    `${responseTimeText(elapsedMs)} ms`.padStart(msCells),
    byteText(bytes).padStart(bytesCells),
    remark === null ? '' : faint(`  ${harmless(remark)}`),
  ].join('');
}

/** As much of a terminal's colours as rows need. */
export type RowColours = { readonly good: Colours['measured']; readonly bad: Colours['measured']; readonly faint: Colours['measured'] };

/** As a scenario would call it; a query says nothing that may not be seen. */
function nameOf(url: string): string {
  const { pathname, searchParams } = new URL(url);
  return redactUrl(rowName(pathname.split('/').slice(1), searchParams, null));
}
