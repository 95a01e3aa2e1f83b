/** The error codes: one union, each of its words used, each explained. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const union = /export type ErrorCode =([^;]*);/u.exec(readFileSync(join(root, 'src/util/boomerError.ts'), 'utf8'))?.[1] ?? '';
const codes = [...union.matchAll(/^ {2}\| '([a-z-]+)'/gmu)].map(([, code]) => code);
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && name !== 'util/boomerError.ts')
  .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
  .join('\n');

it('finds the codes', () => {
  expect(codes.length).toBeGreaterThan(40);
});

it('has no code that nothing throws', () => {
  expect(codes.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
});

it('explains each code in docs/errors.md, in the order of the union, and no other', () => {
  const rows = [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `([a-z-]+)` \| .+ \| .+ \|$/gmu)];
  expect(rows.map(([, code]) => code)).toEqual(codes);
});
