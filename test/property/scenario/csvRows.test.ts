import { format, rowsOf } from '../../unit/scenario/feeders/fileRows.ts';

test('a hundred thousand rows come back as they were', () => {
  const lines = Array.from({ length: 100_000 }, (_, index) => `${index},"name, ${index} – ✓"`);
  const rows = rowsOf('rows.csv', Buffer.from(`id,name\n${lines.join('\n')}`), format({}));
  expect(rows).toHaveLength(100_000);
  expect(rows.every((row, index) => JSON.stringify(row) === JSON.stringify({ id: String(index), name: `name, ${index} – ✓` }))).toBe(true);
});
