import type { TaskInfo } from '../../../../src/engine/shared/messages.ts';
import { taskRatioJson, taskRatioText, type RatedClass } from '../../../../src/outputs/console/taskRatio.ts';

const taskOf = (name: string, weight = 1, set: TaskInfo['set'] = null): TaskInfo => ({ name, weight, tags: [], set, transitions: null });
const classOf = (name: string, weight: number, fixedCount: number, ...tasks: readonly TaskInfo[]): RatedClass => ({ name, weight, fixedCount, tasks });

/** Shares of classes, and of what is in them, in order. */
const ratios = (classes: readonly RatedClass[], users: number | null, of: 'per_class' | 'total'): unknown => (JSON.parse(taskRatioJson(classes, users)) as Record<string, unknown>)[of];

it('shares users by weight, after those of fixed counts, and rounds as Python does', () => {
  const classes = [classOf('A', 1, 0), classOf('B', 3, 0), classOf('C', 1, 2)];
  const shares = (users: number | null): unknown => Object.values(ratios(classes, users, 'total') as Record<string, { ratio: number }>).map(({ ratio }) => ratio);
  expect(shares(10)).toEqual([0.2, 0.6, 0.2]);
  expect(shares(null)).toEqual([0, 0, 1]);
  expect(shares(4)).toEqual([0, 0.5, 0.5]);
  expect(ratios([classOf('A', 0, 0)], null, 'total')).toEqual({ A: { ratio: 0, tasks: {} } });
});

it('shares tasks within their class, or among all that is done; one that stands twice is one', () => {
  const set: TaskInfo['set'] = { order: 'random', tasks: [taskOf('in', 3), taskOf('out')] };
  const classes = [classOf('A', 1, 0, taskOf('go'), taskOf('Set', 2, set), taskOf('go')), classOf('B', 1, 0, taskOf('Chain', 1, { order: 'markov', tasks: [taskOf('x')] }))];
  expect(ratios(classes, null, 'per_class')).toEqual({
    A: { ratio: 0.5, tasks: { go: { ratio: 0.5 }, Set: { ratio: 0.5, tasks: { in: { ratio: 0.75 }, out: { ratio: 0.25 } } } } },
    B: { ratio: 0.5, tasks: { Chain: { ratio: 1, tasks: {} } } },
  });
  expect(ratios(classes, null, 'total')).toMatchObject({ A: { tasks: { Set: { ratio: 0.25, tasks: { in: { ratio: 0.1875 } } } } } });
});

it('is a table with a line for each, indented, and half of a tenth goes to the even one', () => {
  const tasks = Array.from({ length: 16 }, (_, at) => taskOf(`t${at}`));
  const lines = taskRatioText([classOf('A', 1, 0, ...tasks)], null).split('\n').map((line) => line.trimEnd());
  expect(lines.slice(0, 5)).toEqual(['', ' Task ratio per User class', '-'.repeat(80), ' 100.0      A', '   6.2        t0']);
  expect(lines.filter((line) => line.startsWith(' Total'))).toHaveLength(1);
});
