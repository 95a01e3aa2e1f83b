import { randomBytes } from 'node:crypto';
import { shippedLines } from '../../../src/cluster/shippedScenario.ts';

it('a scenario that is shipped is refused where it is too large for a message', () => {
  const noise = randomBytes(12 * 1024 * 1024);
  expect(() => shippedLines({ entries: ['scenario0.mjs'], outside: [], files: new Map([['noise.bin', noise]]) })).toThrow(/a master ships at most 14 MB/u);
});
