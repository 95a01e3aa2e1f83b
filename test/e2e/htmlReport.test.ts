/** The HTML report as a browser shows it: charts with points, nothing asked of the network, no complaint. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { htmlReport } from '../../src/outputs/html/htmlReport.ts';
import { Chromium, chromiumTest } from '../support/chromium.ts';
import { TestProcesses } from '../support/processes.ts';
import { exampleResult, spreadTimes, type ExampleParts } from '../unit/outputs/html/exampleResult.ts';

const nasty = '/a</script><img src=http://elsewhere.test/x onerror=alert(1)><!--\nsecond "line" & more';
const rows = [
  { method: 'GET', name: '/cart', timesMs: spreadTimes(9000, 20), failures: 3 },
  { method: 'GET', name: nasty, timesMs: spreadTimes(900, 200, 1.2) },
  { method: 'POST', name: '/orders/[id]', timesMs: spreadTimes(400, 3) },
  { method: 'GET', name: '/nothing', timesMs: [], withoutTime: 4 },
];
const late = rows.map((row) => ({ ...row, timesMs: row.timesMs.map((timeMs, index) => (index % 50 === 0 ? timeMs + 1500 : timeMs)) }));
const seen = { firstSeenSec: 1_790_000_003.5, lastSeenSec: 1_790_000_050 };
const full: ExampleParts = {
  rows,
  scheduled: late,
  errors: [{ method: 'GET', name: nasty, error: '<b>500</b>', occurrences: 3, ...seen }],
  exceptions: [{ message: 'TypeError: no', trace: 'TypeError: no\n    at Shopper.cart (shop.ts:12:7)', occurrences: 2, ...seen }],
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'html-report-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function reportFile(parts: ExampleParts): Promise<string> {
  const path = join(folder, 'report.html');
  await writeFile(path, htmlReport(exampleResult(parts)));
  return pathToFileURL(path).href;
}

/** In the page: how many pixels of a chart are of one of the colours of its lines, for each chart. */
const paintedPixels = `Object.fromEntries([...document.querySelectorAll('.chart')].map((chart) => {
  const colours = [...chart.querySelectorAll('.u-series:not(:first-child) .u-marker')].map((marker) => getComputedStyle(marker).borderTopColor.match(/\\d+/g).slice(0, 3).map(Number));
  const canvas = chart.querySelector('canvas');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return [chart.id, colours.map(([red, green, blue]) => {
    let count = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      if (pixels[at + 3] > 200 && Math.abs(pixels[at] - red) + Math.abs(pixels[at + 1] - green) + Math.abs(pixels[at + 2] - blue) < 24) count += 1;
    }
    return count;
  })];
}))`;

/** Lines of each chart. */
const linesPerChart = { 'rate-chart': 2, 'time-chart': 3, 'user-chart': 1, 'histogram-chart': 2, 'percentile-chart': 2 };

async function expectPaintedCharts(chromium: Chromium): Promise<void> {
  const painted = await chromium.evaluate<Record<string, number[]>>(paintedPixels);
  expect(Object.fromEntries(Object.entries(painted).map(([id, counts]) => [id, counts.length]))).toEqual(linesPerChart);
  // What other lines leave in sight of a line across the chart is more than fifty pixels.
  expect(Object.entries(painted).filter(([, counts]) => counts.some((count) => count < 50))).toEqual([]);
}

/** In the page: the texts of the first four cells of each line of a table. */
const cellsOf = (table: string, line: string): string => `[...document.querySelectorAll('#${table} ${line}')].map((row) => [...row.cells].slice(0, 4).map((cell) => cell.textContent))`;

chromiumTest('draws all charts in light and dark, asks for nothing and complains about nothing', async () => {
  await using processes = new TestProcesses();
  await using chromium = await Chromium.start(processes);
  const url = await reportFile(full);
  await chromium.open(url);
  await expectPaintedCharts(chromium);
  expect(await chromium.evaluate(cellsOf('requests', 'tbody tr'))).toEqual([
    ['GET', '/cart', '9000', '3'],
    ['GET', nasty, '900', '0'],
    ['POST', '/orders/[id]', '400', '0'],
    ['GET', '/nothing', '4', '0'],
  ]);
  expect(await chromium.evaluate(cellsOf('failures', 'tbody tr'))).toEqual([['3', 'GET', nasty, '<b>500</b>']]);
  expect(await chromium.evaluate(`document.querySelectorAll('main img, main b b').length`)).toBe(0);

  // One cursor for all charts over time; it is over the middle of the minute, before the dip.
  const { x, y } = await chromium.evaluate<{ x: number; y: number }>(`(() => {
    document.getElementById('rate-chart').scrollIntoView({ block: 'start' });
    const { left, top, width } = document.querySelector('#rate-chart .u-over').getBoundingClientRect();
    return { x: left + width / 2, y: top + 50 };
  })()`);
  await chromium.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
  const legends = `['rate-chart', 'time-chart'].map((id) => [...document.querySelectorAll('#' + id + ' .u-value')].map((value) => value.textContent))`;
  const [rates, times] = await chromium.evaluate<string[][]>(legends);
  expect(rates).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d$/u), expect.stringMatching(/^4[89]\d\.\d\d$/u), expect.stringMatching(/^\d\.00$/u)]);
  expect(times).toEqual([rates?.[0], expect.stringMatching(/^5\d\.\d$/u), expect.stringMatching(/^2\d\.\d$/u), expect.stringMatching(/^1\d\.\d$/u)]);

  const background = `getComputedStyle(document.body).backgroundColor`;
  expect(await chromium.evaluate(background)).toBe('rgb(255, 255, 255)');
  await chromium.evaluate(`document.getElementById('theme').click()`);
  expect(await chromium.evaluate(background)).toBe('rgb(23, 25, 28)');
  await expectPaintedCharts(chromium);
  await chromium.open(url, { isDark: true });
  expect(await chromium.evaluate(background)).toBe('rgb(23, 25, 28)');

  // Picking a row draws its distribution: the nasty one is ten times slower than the total's median.
  await chromium.evaluate(`document.querySelectorAll('#requests .pick')[1].click()`);
  expect(await chromium.evaluate(`document.getElementById('distribution-row').value`)).toBe('2');
  await expectPaintedCharts(chromium);
  expect(chromium.requested).toEqual([url, url]);
  expect(chromium.complaints).toEqual([]);
});

chromiumTest('leafs through, searches and sorts 5 000 names, and prints them all', async () => {
  await using processes = new TestProcesses();
  await using chromium = await Chromium.start(processes);
  const many = Array.from({ length: 5000 }, (_, index) => ({ method: 'GET', name: `/page/${String(index).padStart(4, '0')}`, timesMs: [index + 1], failures: index % 2 }));
  await chromium.open(await reportFile({ rows: many, historySeconds: 3_000 }));
  const names = `[...document.querySelectorAll('#requests tbody tr')].map((row) => row.cells[1].textContent)`;
  const pager = `document.querySelector('#requests .pager').textContent`;
  const click = (what: string): Promise<unknown> => chromium.evaluate(`document.querySelector('#requests ${what}').click()`);

  expect(await chromium.evaluate<string[]>(names)).toEqual(many.slice(0, 200).map(({ name }) => name));
  await click('.pager button:last-child');
  expect((await chromium.evaluate<string[]>(names))[0]).toBe('/page/0200');
  expect(await chromium.evaluate(pager)).toContain('201–400 of 5000');
  await click('th:nth-child(7) button'); // Max (ms), the highest first
  expect((await chromium.evaluate<string[]>(names)).slice(0, 2)).toEqual(['/page/4999', '/page/4998']);
  await chromium.evaluate(`{ const search = document.querySelector('#requests .search'); search.value = 'PAGE/123'; search.dispatchEvent(new Event('input')); }`);
  expect(await chromium.evaluate<string[]>(names)).toEqual(['/page/1239', '/page/1238', '/page/1237', '/page/1236', '/page/1235', '/page/1234', '/page/1233', '/page/1232', '/page/1231', '/page/1230']);
  expect(await chromium.evaluate(cellsOf('requests', 'tfoot tr'))).toEqual([['', 'Aggregated', '5000', '2500']]);
  expect(await chromium.evaluate(`document.querySelectorAll('#times tbody tr').length`)).toBe(200);
  await chromium.evaluate(`void window.dispatchEvent(new Event('beforeprint'))`);
  expect(await chromium.evaluate(`document.querySelectorAll('#times tbody tr').length`)).toBe(5000);
  await chromium.evaluate(`void window.dispatchEvent(new Event('afterprint'))`);
  expect(await chromium.evaluate(`document.querySelectorAll('#times tbody tr').length`)).toBe(200);
  expect(chromium.complaints).toEqual([]);
});

chromiumTest('fits 400 pixels, and shows a run of one second and one of nothing', async () => {
  await using processes = new TestProcesses();
  await using chromium = await Chromium.start(processes);
  const reports: ExampleParts[] = [full, { rows: rows.slice(0, 1), historySeconds: 1 }, { rows: [], historySeconds: 0 }];
  for (const parts of reports) {
    await chromium.open(await reportFile(parts), { width: 400 });
    expect(await chromium.evaluate(`document.documentElement.dataset.ready`)).toBe('true');
    expect(await chromium.evaluate<number>(`document.documentElement.scrollWidth`)).toBeLessThanOrEqual(400);
  }
  expect(await chromium.evaluate(`document.querySelectorAll('canvas').length`)).toBe(0);
  expect(chromium.complaints).toEqual([]);
});
