/** Which tasks run when the test is started with --tags read list --exclude-tags slow. */
import { constant, MarkovTaskSet, SequentialTaskSet, StopUser, tag, task, transition, type TaskItem, type WaitTime } from 'boomer-node';
import { Diarist } from './diary.ts';

abstract class Steps extends SequentialTaskSet<Diarist> {
  override waitTime: WaitTime = constant(0);
  mark(what: string): void {
    mark(this.user, what);
  }
}

function mark(user: Diarist, what: string): void {
  user.note(what);
  if (user.lines === 12) throw new StopUser();
}

class Inner extends Steps {
  @task
  untagged(): void {
    this.mark('inner untagged');
  }
  @tag('read')
  @task
  read(): void {
    this.mark('inner read');
    this.interrupt();
  }
}

/** Vanishes: none of its tasks has a wanted tag. */
class Unwanted extends Steps {
  @task
  untagged(): void {
    this.mark('never');
  }
}

/** Its tag stands for its tasks. */
@tag('list', 'other')
class Tagged extends Steps {
  @task
  listed(): void {
    this.mark('listed');
    this.interrupt();
  }
  @tag('slow')
  @task
  slow(): void {
    this.mark('never');
  }
}

class Deep extends Steps {
  @task
  deep(): void {
    this.mark('deep');
    this.interrupt();
  }
}

/** Its tag stands for the sets within it too. */
@tag('list')
class Outer extends Steps {
  static override tasks: TaskItem[] = [Deep];
  @task
  outer(): void {
    this.mark('outer');
    this.interrupt();
  }
}

/** Vanishes as well. */
class Added extends Steps {
  @task
  untagged(): void {
    this.mark('never');
  }
}

/** The tag of what it extends stands for what it has from there, and not for what it adds. */
class Derived extends Outer {
  static override tasks: TaskItem[] = [Added];
  @task
  added(): void {
    this.mark('never');
  }
}

/** Stays, whatever the tags. */
class Chain extends MarkovTaskSet<Diarist> {
  @transition('step')
  step(): void {
    mark(this.user, 'chain');
    this.interrupt();
  }
}

class Mixed extends Steps {
  static override tasks: TaskItem[] = [Inner, Unwanted, Tagged, Derived, Chain];
  @task
  @tag('read', 'slow')
  slowRead(): void {
    this.mark('never');
  }
  @task
  @tag('write')
  @tag('list')
  writeList(): void {
    this.mark('write list');
  }
}

export class Reader extends Diarist {
  static override tasks: TaskItem[] = [Mixed];
}
