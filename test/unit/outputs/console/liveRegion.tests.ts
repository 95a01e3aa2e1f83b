import { LiveRegion } from '../../../../src/outputs/console/liveRegion.ts';
import { ScreenModel } from './screenModel.ts';

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
