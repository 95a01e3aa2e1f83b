/** What tasks and hooks are handed: methods nothing, functions from outside their user or task set, as in Locust. */
import { MarkovTaskSet, transition } from '../../../../../src/scenario/markovTaskSet.ts';
import { task } from '../../../../../src/scenario/task.ts';
import type { TaskItem } from '../../../../../src/scenario/taskList.ts';
import { TaskSet } from '../../../../../src/scenario/taskSet.ts';
import { User } from '../../../../../src/scenario/user.ts';
import { Stage, pass, useFakeTime } from '../stage.ts';

useFakeTime();

/** Who was called, and with what. */
let calls: [name: string, self: unknown, given: readonly unknown[]][];
let stage: Stage;
beforeEach(() => {
  calls = [];
  stage = new Stage();
});

function called(name: string): { readonly self: unknown; readonly given: readonly unknown[] } {
  const call = calls.find(([known]) => known === name);
  if (call === undefined) throw new Error(`${name} was not called: ${calls.map(([known]) => known).join(', ')}`);
  return { self: call[1], given: call[2] };
}

class Loud extends User {
  override waitTime = (): number => 1;
  override onStart(...given: unknown[]): void {
    calls.push(['onStart', this, given]);
  }
  override onStop(...given: unknown[]): void {
    calls.push(['onStop', this, given]);
  }
}

it.each([
  [
    '@task',
    (() => {
      class Decorated extends Loud {
        @task
        pay(...given: unknown[]): void {
          calls.push(['pay', this, given]);
        }
      }
      return Decorated;
    })(),
  ],
  [
    'static tasks',
    class Named extends Loud {
      static override tasks = { pay: 1 };
      pay(...given: unknown[]): void {
        calls.push(['pay', this, given]);
      }
    },
  ],
])('a method of a user and its hooks get nothing: %s', async (_, userClass) => {
  const life = stage.born(userClass);
  await pass(10);
  life.stop();
  await pass(10);
  for (const name of ['onStart', 'pay', 'onStop']) expect(called(name)).toEqual({ self: life.user, given: [] });
});

it('a parameter of a task keeps its default', async () => {
  const amounts: unknown[] = [];
  class Shopper extends Loud {
    static override tasks = { pay: 1 };
    pay(amount = 7): void {
      amounts.push(amount);
    }
  }
  stage.born(Shopper);
  await pass(10);
  expect(amounts).toEqual([7]);
});

it('a method of a task set and its hooks get nothing, also when the set schedules it; a function gets the set', async () => {
  const outside = (...given: unknown[]): unknown => calls.push(['outside', null, given]);
  function listed(this: unknown, ...given: unknown[]): void {
    calls.push(['listed', this, given]);
  }
  class Browse extends TaskSet {
    static override tasks: TaskItem[] = [listed];
    override onStart(...given: unknown[]): void {
      calls.push(['set.onStart', this, given]);
      this.scheduleTask(outside);
       
      this.scheduleTask(this.look);
    }
    override onStop(...given: unknown[]): void {
      calls.push(['set.onStop', this, given]);
    }
    look(...given: unknown[]): void {
      calls.push(['look', this, given]);
    }
  }
  class Shopper extends Loud {
    static override tasks = [Browse];
  }
  const life = stage.born(Shopper);
  await pass(2500);
  life.stop();
  await pass(10);
  const set = called('set.onStart').self;
  expect(set).toBeInstanceOf(Browse);
  for (const name of ['set.onStart', 'look', 'set.onStop']) expect(called(name)).toEqual({ self: set, given: [] });
  expect(called('outside').given).toEqual([set]);
  expect(called('listed')).toEqual({ self: set, given: [set] });
});

it('a task of a Markov chain gets nothing', async () => {
  class Chain extends MarkovTaskSet {
    @transition('step')
    step(...given: unknown[]): void {
      calls.push(['step', this, given]);
    }
  }
  class Shopper extends Loud {
    static override tasks = [Chain];
  }
  stage.born(Shopper);
  await pass(10);
  expect(called('step').given).toEqual([]);
});

it('a function in the list of a user gets the user', async () => {
  class Shopper extends Loud {
    static override tasks = [(...given: unknown[]): unknown => calls.push(['arrow', null, given])];
  }
  const life = stage.born(Shopper);
  await pass(10);
  expect(called('arrow').given).toEqual([life.user]);
});
