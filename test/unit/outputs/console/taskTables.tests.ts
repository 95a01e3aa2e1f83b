import { taskList, taskRunTable } from '../../../../src/outputs/console/taskTables.ts';

it('lists classes and their tasks with weights', () => {
  const text = taskList([
    { name: 'Shopper', weight: 3, fixedCount: 0, taskNames: ['browse', 'browse', 'buy'] },
    { name: 'Admin', weight: 1, fixedCount: 2, taskNames: [] },
  ]);
  expect(text).toBe('Shopper (weight 3)\n  browse (weight 2)\n  buy\nAdmin (fixed count 2)\n');
});

it('tells how each task went that was run once', () => {
  const runs = [
    { className: 'Shopper', taskName: 'browse', elapsedMs: 123.4, error: null },
    { className: 'Shopper', taskName: 'buy', elapsedMs: 0.42, error: 'Error: sold\r out\n  at shop.ts:3' },
  ];
  expect(taskRunTable(runs, { colours: false })).toBe('✓ Shopper.browse   123 ms\n✗ Shopper.buy     0.42 ms  Error: sold\\r out\n2 tasks run, 1 failed\n');
  expect(taskRunTable([], { colours: false })).toBe('0 tasks run, none failed\n');
});
