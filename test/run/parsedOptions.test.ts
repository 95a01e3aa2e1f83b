/** What a scenario reads in `environment.parsedOptions` without a master, in each load thread. */
import { runToEnd, tidy } from './running.ts';

afterAll(tidy);

const scenario = `
import { User, feed, task } from 'boomer-node';
const items = feed.array([{ id: 1 }, { id: 2 }]);
export class Tenant extends User {
  waitTime = () => 0.05;
  @task async order() {
    await items.next(this);
    const { parsedOptions, threadIndex } = this.environment;
    const name = [threadIndex, this.environment.option('tenant'), parsedOptions.basket_size + 1, parsedOptions.num_users, parsedOptions.run_time].join(' ');
    this.record({ type: 'order', name, elapsedMs: 1 });
  }
}
`;
const own = ['--option', 'tenant=acme', '--option', 'basket_size=3'];

test("the run's options and the team's own are there in all threads, and for tasks that are run once", async () => {
  const run = await runToEnd(scenario, ['-u', '2', '-r', '100', '-t', '1s', ...own, '--summary-export', 'summary.json']);
  expect(run.code).toBe(0);
  expect((await run.summary()).rows.map(({ name }) => name).sort()).toEqual(['0 acme 4 2 1', '1 acme 4 2 1']);
  const once = await runToEnd(scenario, ['--run-tasks', 'order', ...own]);
  expect({ code: once.code, said: once.stderr }).toMatchObject({ code: 0, said: expect.stringContaining('1 request recorded, 0 failed') as string });
});

test('an option that nobody gave is asked for by its flag', async () => {
  const run = await runToEnd(scenario, ['-i', '3']);
  expect(run.stderr).toContain('there is no option tenant: give it with --option tenant=VALUE');
  expect(run.code).toBe(1);
});

const declaring = `
import { User, defineOptions, task } from 'boomer-node';
export const options = defineOptions({
  tenant: { type: 'string', default: 'a', choices: ['a', 'b'] },
  basket_size: { type: 'number', default: 3 },
  verbose: { type: 'boolean' },
});
export class Tenant extends User {
  waitTime = () => 0.05;
  @task order() {
    const { tenant, basket_size: size, verbose } = this.environment.parsedOptions;
    this.record({ type: 'order', name: JSON.stringify([tenant, size, verbose]), elapsedMs: 1 });
  }
}
`;

test.each([
  [[], '["a",3,false]'],
  [['--tenant', 'b', '--basket-size=4.5', '--verbose'], '["b",4.5,true]'],
  [['--option', 'tenant=b', '--option', 'basket_size=7', '--basket_size', '8', '--verbose=off'], '["b",8,false]'],
])('options that the scenario declares are flags: %j', async (flags, name) => {
  const run = await runToEnd(declaring, ['-i', '2', '--summary-export', 'summary.json', ...flags]);
  expect({ code: run.code, said: run.stderr }).toMatchObject({ code: 0 });
  expect((await run.summary()).rows.map((row) => row.name)).toEqual([name]);
});

test.each([
  [['--tenant', 'c'], '--tenant expects a, b, got "c"'],
  [['--basket-size', 'x'], '--basket-size expects a number, got "x"'],
  [['--verbose=maybe'], '--verbose expects true or false, got "maybe"'],
  [['--option', 'tenant=c'], 'option tenant expects a, b, got "c"'],
  [['--tennant', 'b'], 'unknown flag --tennant: did you mean --tenant?'],
  [['--ready-delay', '5'], 'unknown flag --ready-delay'],
])('%j is refused with exit code 2', async (flags, message) => {
  const run = await runToEnd(declaring, ['-i', '2', ...flags]);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain(message);
});
