import { rowCountOf } from '../../../../src/engine/shared/feeders.ts';
import { readJson } from '../../../../src/scenario/feeders/dataFile.ts';
import { unpacker } from '../../../../src/scenario/feeders/packedRows.ts';

function json(text: string | Buffer, isRow: ((row: unknown) => boolean) | null = null): readonly unknown[] {
  const packed = readJson('items.json', Buffer.from(text as string), isRow);
  const row = unpacker(packed);
  return Array.from({ length: rowCountOf(packed) }, (_, index) => row(index));
}

test('rows are whatever the elements of the list are', () => {
  const rows = [{ id: 1, tags: ['ä', '✓'] }, 'text', 5, null, [1, [2]]];
  expect(json(`\ufeff${JSON.stringify(rows)}`)).toEqual(rows);
  expect(json(Buffer.from(`\ufeff${JSON.stringify(rows)}`, 'utf16le'))).toEqual(rows);
});

test('letters that are not UTF-8 are refused, not replaced', () => {
  expect(() => json(Buffer.from('["Jos\u00e9"]', 'latin1'))).toThrow('items.json: expected JSON in UTF-8, or in UTF-16 with a byte order mark');
});

test.each([
  ['{"rows": []}', 'items.json: expected a list of rows, [ … ], got'],
  ['[]', 'items.json has no rows: expected a list with at least one'],
  ['[{"id": 1},\n{"id": 2,}]', 'items.json, line 2: expected JSON'],
  ['[{"id": 1},\n\n{"id": 2}', 'items.json, line 3: expected JSON'],
  ['', 'items.json, line 1: expected JSON'],
])('%j is refused', (text, message) => {
  expect(() => json(text)).toThrow(message);
  expect(() => json(text)).toThrow(expect.objectContaining({ name: 'BoomerError' }) as Error);
});

test('the row that is not what isRow expects is named by its number', () => {
  const isItem = (row: unknown): boolean => typeof (row as { id?: unknown }).id === 'number';
  expect(json('[{"id":1},{"id":2}]', isItem)).toHaveLength(2);
  expect(() => json('[{"id":1},{"id":"2"}]', isItem)).toThrow('items.json: row 2 is not what isRow expects');
});
