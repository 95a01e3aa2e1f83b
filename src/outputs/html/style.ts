/** The style sheet of the report. Colours are pairs for light and dark; both are Locust's where Locust has one. */

export const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#ffffff, #17191c);
  --card: light-dark(#f6f7f8, #202327);
  --text: light-dark(#1c1e21, #e6e6e6);
  --muted: light-dark(#5f6670, #a0a7b0);
  --grid: light-dark(#dfe3e7, #34393f);
  --green: light-dark(#00a94c, #00ca5a);
  --green-fill: light-dark(#00a94c22, #00ca5a22);
  --red: light-dark(#d93a3a, #ff6d6d);
  --red-fill: light-dark(#d93a3a22, #ff6d6d22);
  --orange: light-dark(#e08600, #ffa726);
  --purple: light-dark(#8a4fc9, #b389e0);
  --purple-fill: light-dark(#8a4fc922, #b389e022);
  --teal: light-dark(#00868c, #3ec5cb);
  --blue: light-dark(#0086e0, #3fb0ff);
  --blue-fill: light-dark(#0086e022, #3fb0ff22);
}
:root[data-theme='light'] { color-scheme: light; }
:root[data-theme='dark'] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 24px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0 0 4px; font-size: 32px; line-height: 1.2; }
h2 { margin: 36px 0 12px; font-size: 24px; font-weight: 500; }
h3 { margin: 20px 0 4px; font-size: 16px; }
a { color: inherit; }
button, input, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--grid); border-radius: 6px; padding: 4px 10px; max-width: 100%; }
button { cursor: pointer; }
button:disabled { opacity: 0.4; cursor: default; }
.top { display: flex; gap: 16px; justify-content: space-between; align-items: flex-start; }
#theme { flex: none; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 12px; font-size: 14px; color: var(--muted); }
.verdict { display: inline-block; margin: 8px 12px 0 0; padding: 2px 12px; border-radius: 6px; color: #ffffff; font-weight: 700; vertical-align: top; }
.verdict.passed { background: #00803a; }
.verdict.failed { background: #c62828; }
.reasons { display: inline-block; margin: 9px 0 0; padding: 0; list-style: none; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px; margin: 20px 0; }
.tile { padding: 10px 14px; border-radius: 8px; background: var(--card); }
.tile b { display: block; overflow-wrap: normal; font-size: 22px; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tile span, .note { color: var(--muted); font-size: 14px; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; }
.facts dt { font-weight: 600; }
.facts dd { margin: 0; white-space: pre-wrap; }
.good { color: var(--green); }
.bad { color: var(--red); }
.tools { display: flex; flex-wrap: wrap; gap: 8px 16px; justify-content: space-between; margin-bottom: 8px; }
.pager { display: flex; gap: 8px; align-items: center; color: var(--muted); }
.search { width: 260px; }
.frame { max-height: 75vh; overflow: auto; border: 1px solid var(--grid); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { padding: 7px 8px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--grid); }
th { position: sticky; top: 0; z-index: 1; background: var(--card); font-weight: 600; overflow-wrap: normal; }
th button { padding: 0; border: 0; background: none; font-weight: 600; text-align: inherit; }
th[aria-sort='ascending'] button::after { content: ' ▲'; }
th[aria-sort='descending'] button::after { content: ' ▼'; }
td { white-space: pre-wrap; overflow-wrap: break-word; max-width: 280px; }
td.name { min-width: 140px; max-width: 420px; overflow-wrap: anywhere; }
td.good, td.bad { white-space: nowrap; }
td.code { min-width: 240px; max-width: 560px; font: 12px/1.4 ui-monospace, Consolas, 'DejaVu Sans Mono', monospace; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
tbody tr:last-child td { border-bottom: 0; }
tfoot td { position: sticky; bottom: 0; background: var(--card); font-weight: 600; border-top: 1px solid var(--grid); border-bottom: 0; }
.pick { padding: 0; border: 0; background: none; text-align: left; white-space: pre-wrap; text-decoration: underline dotted; text-underline-offset: 3px; font-weight: inherit; }
.chart { min-height: 300px; overflow: hidden; }
.u-legend { font-size: 13px; }
.u-legend .u-series td { padding: 4px; border: 0; white-space: nowrap; min-width: 62px; }
.u-legend .u-series th { position: static; background: none; border: 0; padding: 4px; }
.u-select { background: light-dark(#0000001a, #ffffff26); }
@media (max-width: 640px) {
  body { padding: 14px; }
  h1 { font-size: 25px; }
  .facts { grid-template-columns: 1fr; }
  .facts dd { margin-bottom: 6px; }
  .tiles { grid-template-columns: repeat(auto-fit, minmax(100px, 1fr)); gap: 8px; }
  .tile b { font-size: 18px; }
  .search { width: 100%; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 12px; }
  nav, #theme, .tools, .choice { display: none; }
  .frame { max-height: none; overflow: visible; border: 0; }
  table { font-size: 9px; }
  th, td { padding: 2px 4px; min-width: 0; }
  th, tfoot td { position: static; }
  td.name, td.good, td.bad { white-space: nowrap; }
td.code { min-width: 0; }
  .chart, .tile, h2, h3 { break-inside: avoid; break-after: avoid; }
  tr { break-inside: avoid; }
}
`;
