import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchBytes, LineBatch } from '../../../../src/engine/shared/lineBatch.ts';

let folder: string;
let file: number;
const path = (): string => join(folder, 'log');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lines-'));
  file = openSync(path(), 'a+');
});
afterEach(() => {
  closeSync(file);
  rmSync(folder, { recursive: true });
});

it('appends each line once', () => {
  const batch = new LineBatch(LineBatch.memory());
  batch.add('one\n');
  batch.add('zwei ü\n');
  batch.appendTo(file);
  batch.appendTo(file);
  batch.add('three\n');
  batch.appendTo(file);
  expect(readFileSync(path(), 'utf8')).toBe('one\nzwei ü\nthree\n');
});

it('refuses what has no room, and takes it when there is some again', () => {
  const batch = new LineBatch(LineBatch.memory());
  const line = `${'x'.repeat(batchBytes / 6)}\n`;
  expect([batch.add(line), batch.add(line), batch.add(line), batch.add(line)]).toEqual([true, true, true, false]);
  batch.appendTo(file);
  expect(batch.add(line)).toBe(true);
});

it('leaves its lines to whoever has the same memory', () => {
  const memory = LineBatch.memory();
  new LineBatch(memory).add('left behind\n');
  new LineBatch(memory).rescueTo(file);
  new LineBatch(memory).rescueTo(file);
  expect(readFileSync(path(), 'utf8')).toBe('left behind\n');
});

it.each([
  ['before its lines were in the file', false],
  ['after its lines were in the file', true],
])('knows what is in the file of a thread that was killed while it wrote: %s', (_, wasWritten) => {
  writeFileSync(path(), 'of others\n');
  const memory = LineBatch.memory();
  const batch = new LineBatch(memory);
  batch.add('a line\n');
  // What a kill leaves: the file's length and the mark that it was being written.
  new Float64Array(memory, 8, 1)[0] = 'of others\n'.length;
  new Int32Array(memory, 0, 2)[1] = 1;
  if (wasWritten) writeFileSync(path(), 'of others\nof another thread\na line\n');
  new LineBatch(memory).rescueTo(file);
  const expected = wasWritten ? 'of others\nof another thread\na line\n' : 'of others\na line\n';
  expect(readFileSync(path(), 'utf8')).toBe(expected);
});
