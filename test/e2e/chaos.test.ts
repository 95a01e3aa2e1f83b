/** Twenty random bad days (see test/chaos): whatever goes wrong, the books are exact. `npm run chaos` runs more. */
import { runChaos, sumLine, tableHead } from '../chaos/chaos.ts';

const schedules = 20;

test('the target answered what workers recorded, and masters took it or it is named', async () => {
  const lines = [tableHead];
  const outcomes = await runChaos({ seed: '1', indexes: Array.from({ length: schedules }, (_, index) => index), parallel: 4, say: (line) => lines.push(line) });
  lines.push(sumLine(outcomes));
  process.stdout.write(`${lines.join('\n')}\n`);
  expect(outcomes).toHaveLength(schedules);
  expect(outcomes.flatMap(({ schedule, problems }) => problems.map((problem) => `${schedule.index}: ${problem}`))).toEqual([]);
}, 400_000);
