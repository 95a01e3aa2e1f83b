/** Which task comes next: sequences, weights in them, inheritance, queues, Markov chains, pacing. */
import { constant, constantPacing, MarkovTaskSet, SequentialTaskSet, StopUser, task, transition, transitions, type TaskItem, type WaitTime } from 'boomer-node';
import { Diarist } from './diary.ts';

abstract class Quick extends Diarist {
  override waitTime: WaitTime = constant(0);
}

/** Ends its user after twelve lines. */
abstract class Loop extends SequentialTaskSet<Diarist> {
  mark(what: string): void {
    mark(this.user, what);
  }
}

function mark(user: Diarist, what: string): void {
  user.note(what);
  if (user.lines === 12) throw new StopUser();
}

class Weighted extends Loop {
  @task
  one(): void {
    this.mark('one');
  }
  @task(2)
  two(): void {
    this.mark('two');
  }
  @task(0)
  off(): void {
    this.mark('never');
  }
}

export class Sequence extends Quick {
  static override tasks: TaskItem[] = [Weighted];
}

class Part extends SequentialTaskSet<Diarist> {
  @task
  step(): void {
    mark(this.user, 'part');
    this.interrupt();
  }
}

const alone = (taskSet: Loop): void => taskSet.mark('function');

class Listed extends Loop {
  static override tasks: ReadonlyMap<TaskItem, number> = new Map<TaskItem, number>([
    [Part, 2],
    [alone, 1],
  ]);
  @task
  last(): void {
    this.mark('last');
  }
}

export class SequenceOfList extends Quick {
  static override tasks: TaskItem[] = [Listed];
}

class Base extends Loop {
  @task
  base(): void {
    this.mark('base');
  }
  @task
  shared(): void {
    this.mark('shared of base');
  }
}

class Derived extends Base {
  @task
  own(): void {
    this.mark('own');
  }
}

export class Inherits extends Quick {
  static override tasks: TaskItem[] = [Derived];
}

class Overriding extends Base {
  @task
  override shared(): void {
    this.mark('shared of overriding');
  }
}

export class Overrides extends Quick {
  static override tasks: TaskItem[] = [Overriding];
}

export class AbstractBase extends Quick {
  static override abstract = true;
  @task
  inherited(): void {
    this.note('inherited task');
    if (this.lines === 4) throw new StopUser();
  }
}

/** Has no task of its own. */
export class OfAbstract extends AbstractBase {}

/** A class below one that is itself a user. */
export class OfConcrete extends OfAbstract {}

class Queue extends Loop {
  @task
  plan(): void {
    this.mark('plans');
    this.scheduleTask(alone);
    this.scheduleTask(Part, true);
    this.scheduleTask(this.extra);
  }
  extra(): void {
    this.mark('extra');
  }
  @task
  relax(): void {
    this.mark('rests');
  }
}

export class Queues extends Quick {
  static override tasks: TaskItem[] = [Queue];
}

class Chain extends MarkovTaskSet<Diarist> {
  @transition('second')
  first(): void {
    mark(this.user, 'first');
  }
  @transitions({ third: 2 })
  second(): void {
    mark(this.user, 'second');
  }
  @transitions(['second'])
  third(): void {
    mark(this.user, 'third');
  }
}

export class Markov extends Quick {
  static override tasks: TaskItem[] = [Chain];
}

/** Tasks of 0.2 s, one every 0.6 s, until 1.5 s have gone: at 0, 0.6 and 1.2 s, and the last at 1.8 s. */
export class Paced extends Diarist {
  override waitTime: WaitTime = constantPacing(0.6);
  readonly lastsSec: number = 1.5;
  readonly taskSec: number = 0.2;
  #beganMs = 0;
  override onStart(): unknown {
    this.#beganMs = performance.now();
    return undefined;
  }
  @task
  async work(): Promise<void> {
    this.count('works');
    if (performance.now() - this.#beganMs > this.lastsSec * 1000) throw new StopUser();
    await this.sleep(this.taskSec);
  }
}

/** Tasks longer than their pace: one after the other. */
export class Overtaken extends Paced {
  override waitTime: WaitTime = constantPacing(0.1);
  override readonly lastsSec = 1.0;
  override readonly taskSec = 0.4;
}
