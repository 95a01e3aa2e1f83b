import fc from 'fast-check';
import { LiveRegion } from '../../../../src/outputs/console/liveRegion.ts';
import { ScreenModel } from './screenModel.ts';

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

it('leaves a flood of log lines to scroll, and comes back with the next frame', () => {
  const screen = new ScreenModel(30, 10);
  const written: string[] = [];
  const region = new LiveRegion({ columns: screen.columns, rows: screen.rows, write: (chunk) => (written.push(chunk), screen.write(chunk)) });
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`);
  region.draw(['the frame']);
  for (const line of lines) region.above(line);
  expect(written.filter((chunk) => chunk.includes('the frame')).length).toBeLessThan(30);
  region.draw(['the frame']);
  expect(screen.text).toEqual([...lines, 'the frame']);
});
