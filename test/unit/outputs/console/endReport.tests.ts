import { endReport } from '../../../../src/outputs/console/endReport.ts';
import { cellsOf } from '../../../../src/outputs/console/table.ts';
import { failedResult, result, row, statsOf } from './sampleRun.ts';

const files = ['report.html', 'shop_stats.csv'];

describe('the report of a failed run', () => {
  it.each([40, 80, 120])('reads well in %d columns', (columns) => {
    expect(endReport(failedResult(), { columns, colours: false, files })).toMatchSnapshot();
  });

  it('has colours for what failed, and the same text without them', () => {
    const coloured = endReport(failedResult(), { columns: 120, colours: true, files });
    expect(coloured).toMatchSnapshot();
    expect(coloured.replace(/\u001b\[\d+m/gu, '')).toBe(endReport(failedResult(), { columns: 120, colours: false, files }));
  });

  it('is with --quiet what is wrong: the verdict, each kind of failure, missed thresholds', () => {
    const lines = endReport(failedResult(), { columns: 120, colours: false, files, isQuiet: true }).split('\n');
    expect(lines).toMatchSnapshot();
  });

  it('obeys no control in names and errors', () => {
    expect(endReport(failedResult(), { columns: 120, colours: false, files })).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

describe('the report of a run that passed', () => {
  it('is short', () => {
    const text = endReport(result(), { columns: 120, colours: false, files });
    expect(text).toMatchSnapshot();
    expect(text.split('\n').length).toBeLessThan(30);
  });

  it('has no tables when nothing was requested', () => {
    const nothing = result({ stats: statsOf([]), ended: { kind: 'usersGone' } });
    expect(endReport(nothing, { columns: 80, colours: false, files: [] })).toBe(
      '\nPASS · 0 requests in 1m00.0s · all users had ended · exit code 0\n\ngenerator: on time (event loop 0.3 ms late at the 99th percentile)\n',
    );
  });

  it('looks like the one of Locust 2.47', () => {
    const lines = endReport(result(), { columns: 175, colours: false, files: [] }).split('\n');
    // Printed by Locust's get_stats_summary and get_percentile_stats_summary for the same requests.
    const spaces = (count: number) => ' '.repeat(count);
    const dashes = (count: number) => '-'.repeat(count);
    expect(lines).toEqual(
      expect.arrayContaining([
        `Type     Name${spaces(72)}  # reqs      # fails |    Avg     Min     Max    Med |   req/s  failures/s`,
        `--------|${dashes(76)}|-------|-------------|-------|-------|-------|-------|--------|-----------`,
        `POST     /login${spaces(70)}       4     0(0.00%) |    100     100     100    100 |    0.40        0.00`,
        `GET      /users${spaces(70)}       5     0(0.00%) |     83      12     301     41 |    0.50        0.00`,
        `         Aggregated${spaces(66)}       9     0(0.00%) |     91      12     301    100 |    0.90        0.00`,
        `Type     Name${spaces(76)}      50%    66%    75%    80%    90%    95%    98%    99%  99.9% 99.99%   100% # reqs`,
        `--------|${dashes(80)}|--------|------|------|------|------|------|------|------|------|------|------|------`,
        `POST     /login${spaces(74)}      100    100    100    100    100    100    100    100    100    100    100      4`,
      ]),
    );
  });
});

it('stays in the window, and asks for few percentiles, with 5 000 names', () => {
  const stats = statsOf(Array.from({ length: 5000 }, (_, index) => row('GET', `/item/${String(index).padStart(4, '0')}`, index % 100 === 0 ? [1, 2] : [1])));
  const lines = endReport(result({ stats }), { columns: 100, colours: false, files: [] }).split('\n');
  expect(lines.filter((line) => cellsOf(line) > 100)).toEqual([]);
  expect(lines.filter((line) => line === '… and 4 501 more')).toHaveLength(2);
  expect(lines.filter((line) => line.includes('/item/4900'))).toHaveLength(2);
  expect(stats.asked()).toBeLessThan(6100);
});
