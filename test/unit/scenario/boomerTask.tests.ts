import { checkedBoomerTasks } from '../../../src/scenario/boomerTask.ts';

const fn = (): void => {};

describe('checkedBoomerTasks', () => {
  it('fills in the weight and keeps the order', () => {
    expect(checkedBoomerTasks([{ name: 'a', fn }, { name: 'b', weight: 0, fn }, { name: 'c', weight: 20, fn }])).toEqual([
      { name: 'a', weight: 1, fn },
      { name: 'b', weight: 0, fn },
      { name: 'c', weight: 20, fn },
    ]);
  });

  it('takes what a task has beside that', () => {
    expect(checkedBoomerTasks([{ name: 'a', fn, url: '/', weights: [1], weight: 2 }])).toEqual([{ name: 'a', weight: 2, fn }]);
  });

  it.each([
    ['nothing', [], 'run() expects at least one task: run({ name, weight, fn }, …)'],
    ['undefined', [undefined], 'task 1 given to run() must be { name, weight, fn }, got undefined'],
    ['a function', [{ name: 'a', fn }, fn], 'task 2 given to run() must be { name, weight, fn }, got a function'],
    ['null', [null], 'task 1 given to run() must be { name, weight, fn }, got null'],
    ['no name', [{ fn }], 'task 1 given to run() has no name: expected a non-empty string'],
    ['an empty name', [{ name: '', fn }], 'task 1 given to run() has no name: expected a non-empty string'],
    ['no fn', [{ name: 'a' }], 'task 1 given to run() ("a") has no fn: expected a function, got undefined'],
    ['a bad weight', [{ name: 'a', weight: -1, fn }], 'weight of task 1 given to run() ("a") expects a whole number of 0 or more, got -1'],
    ['a misspelt weight', [{ name: 'a', weigth: 3, fn }], 'task 1 given to run() has a field weigth, which would be ignored: did you mean weight?'],
    ['Go\'s spelling', [{ name: 'a', Fn: fn }], 'task 1 given to run() has a field Fn, which would be ignored: did you mean fn?'],
    ['a list', [[{ name: 'a', fn }]], 'task 1 given to run() has no name: expected a non-empty string'],
  ])('names the task at fault: %s', (_, tasks, message) => {
    expect(() => checkedBoomerTasks(tasks)).toThrow(message);
  });
});
