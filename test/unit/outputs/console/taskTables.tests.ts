import type { TaskInfo } from '../../../../src/engine/shared/messages.ts';
import { taskList, taskRunTable } from '../../../../src/outputs/console/taskTables.ts';

const task = (name: string, weight = 1, inner: readonly TaskInfo[] | null = null): TaskInfo => ({ name, weight, tags: [], set: inner === null ? null : { order: 'random', tasks: inner }, transitions: null });

it('lists classes and their tasks with weights', () => {
  const text = taskList([
    { name: 'Shopper', weight: 3, fixedCount: 0, tasks: [task('browse'), task('browse'), task('buy', 5), task('checkout', 2, [task('basket'), task('pay', 3)])] },
    { name: 'Admin', weight: 1, fixedCount: 2, tasks: [] },
  ]);
  expect(text).toBe('Shopper (weight 3)\n  browse (weight 2)\n  buy (weight 5)\n  checkout (weight 2)\n    basket\n    pay (weight 3)\nAdmin (fixed count 2)\n');
});

it('tells how each task went that was run once', () => {
  const runs = [
    { className: 'Shopper', taskName: 'browse', elapsedMs: 123.4, error: null },
    { className: 'Shopper', taskName: 'buy', elapsedMs: 0.42, error: 'Error: sold\r out\n  at shop.ts:3' },
  ];
  expect(taskRunTable(runs, { colours: false })).toBe('✓ Shopper.browse   123 ms\n✗ Shopper.buy     0.42 ms  Error: sold\\r out\n2 tasks run, 1 failed\n');
  expect(taskRunTable([], { colours: false })).toBe('0 tasks run, none failed\n');
});
