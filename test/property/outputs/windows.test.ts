/** Whatever the size of the window, and whatever was shown before. */
import fc from 'fast-check';
import { endReport } from '../../../src/outputs/console/endReport.ts';
import { LiveRegion } from '../../../src/outputs/console/liveRegion.ts';
import { cellsOf } from '../../../src/outputs/console/table.ts';
import { manyRows, onTerminal } from '../../unit/outputs/console/onTerminal.ts';
import { failedResult } from '../../unit/outputs/console/sampleRun.ts';
import { ScreenModel } from '../../unit/outputs/console/screenModel.ts';

const text = fc.constantFrom('', 'a', 'b', 'c', 'red'.repeat(5));
const step = fc.oneof(
  fc.record({ frame: fc.array(text, { maxLength: 9 }) }),
  fc.record({ log: fc.constantFrom('one', 'two\nlines') }),
);

it('shows the log and below it the last frame, whatever came before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20, size: 'max' }), (steps) => {
      const screen = new ScreenModel(30, 10);
      const region = new LiveRegion(screen);
      let log: string[] = [];
      for (const next of steps) {
        if ('log' in next) {
          region.above(next.log);
          log = [...log, ...next.log.split('\n')];
        } else {
          region.draw(next.frame);
          expect(screen.text.join('\n')).toBe([...log, ...next.frame].join('\n').trimEnd());
        }
      }
      region.clear();
      expect(screen.text).toEqual(log);
    }),
    {
      numRuns: 300,
      // A changed part that ends in an empty line, in the middle and at the end.
      examples: [[[{ frame: ['a', 'b', 'c', 'a'] }, { frame: ['a', 'c', '', 'a'] }]], [[{ frame: ['a', 'b', 'c'] }, { log: 'one' }, { frame: ['a', 'c', ''] }]]],
    },
  );
});

it('the table of a run fits every window', () => {
  for (let rows = 1; rows < 20; rows++) {
    for (const columns of [1, 2, 10, 40, 79, 100, 200]) {
      const { screen, console, show } = onTerminal(columns, rows);
      show({ stats: manyRows(7) });
      expect(screen.text.length).toBeLessThan(rows + (rows === 1 ? 1 : 0));
      expect(screen.text.filter((line) => cellsOf(line) > columns)).toEqual([]);
      console.end();
      expect(screen.text).toEqual([]);
    }
  }
});

it('the end report never widens a table beyond the window', () => {
  for (let columns = 1; columns < 180; columns++) {
    const report = endReport(failedResult(), { columns, colours: false, files: [] });
    const tables = report.slice(report.indexOf('\n\n', report.indexOf('Thresholds')), report.indexOf('Error report')).split('\n').filter((line) => !line.startsWith('Response time'));
    expect(tables.filter((line) => cellsOf(line) > columns)).toEqual([]);
  }
});
