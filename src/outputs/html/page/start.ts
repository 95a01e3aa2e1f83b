/** Brings the page to life: the entry of its script, which `bundle.js` beside it makes of this folder. */
import type { ReportData } from '../reportData.ts';
import { createDistribution } from './distribution.ts';
import { byId } from './elements.ts';
import { createTables, localiseStamps } from './tables.ts';
import { createTimeCharts } from './timeCharts.ts';

/** As wide as a sheet of A4 is between its margins. */
const paperChartWidthPx: number = 680;

function start(): void {
  const data = JSON.parse(byId('report-data').textContent) as ReportData;
  localiseStamps();
  const distribution = createDistribution(data);
  const charts = [...createTimeCharts(data.history), ...distribution.charts];
  const showWholeTables = createTables(data, distribution.showRow);
  const redraw = (widthPx: number | null): void => charts.forEach((chart) => chart.redraw(widthPx));
  followTheme(() => redraw(null));
  followWidth(() => redraw(null));
  followPrinting((isPrinting) => {
    showWholeTables(isPrinting);
    redraw(isPrinting ? paperChartWidthPx : null);
  });
  document.documentElement.dataset['ready'] = 'true';
}

/** The reader's system decides between light and dark until the button is pressed. */
function followTheme(redraw: () => void): void {
  const root = document.documentElement;
  const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)');
  systemIsDark.addEventListener('change', redraw);
  byId('theme').hidden = false;
  byId('theme').addEventListener('click', () => {
    const isDark = root.dataset['theme'] === undefined ? systemIsDark.matches : root.dataset['theme'] === 'dark';
    root.dataset['theme'] = isDark ? 'light' : 'dark';
    redraw();
  });
}

/** Charts are as wide as the page, also when that changes; a window being dragged is redrawn once a frame. */
function followWidth(redraw: () => void): void {
  const { body } = document;
  let drawnPx = body.clientWidth;
  let isDue = false;
  window.addEventListener('resize', () => {
    if (isDue || body.clientWidth === drawnPx) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      drawnPx = body.clientWidth;
      redraw();
    });
  });
}

/** Paper is light, has a width of its own, and shows all rows. */
function followPrinting(show: (isPrinting: boolean) => void): void {
  const root = document.documentElement;
  let themeBefore: string | undefined;
  window.addEventListener('beforeprint', () => {
    themeBefore = root.dataset['theme'];
    root.dataset['theme'] = 'light';
    show(true);
  });
  window.addEventListener('afterprint', () => {
    if (themeBefore === undefined) root.removeAttribute('data-theme');
    else root.dataset['theme'] = themeBefore;
    show(false);
  });
}

start();
