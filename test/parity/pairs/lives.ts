/** How users begin, go on and end by themselves. */
import { constant, InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, SequentialTaskSet, StopUser, task, TaskSet, type TaskItem, type WaitTime } from 'boomer-node';
import { Diarist } from './diary.ts';

export class StopsInTask extends Diarist {
  @task
  work(): void {
    this.note('works');
    if (this.lines === 3) throw new StopUser();
  }
}

export class StopsInStart extends Diarist {
  override onStart(): unknown {
    this.note('starts');
    throw new StopUser();
  }
  @task
  work(): void {
    this.note('never');
  }
}

export class FailsInStart extends StopsInStart {
  override onStart(): unknown {
    this.note('starts');
    throw new TypeError('no start');
  }
}

export class ReschedulesInStart extends StopsInStart {
  override onStart(): unknown {
    this.note('starts');
    throw new RescheduleTask('no start');
  }
}

export class FailsInStop extends Diarist {
  override onStop(): unknown {
    this.note('stops');
    throw new TypeError('no stop');
  }
  @task
  work(): void {
    throw new StopUser();
  }
}

/** A set that notes its own start and stop. */
abstract class Steps extends SequentialTaskSet<Diarist> {
  override onStart(): unknown {
    this.user.note('set starts');
    return undefined;
  }
  override onStop(): unknown {
    this.user.note('set stops');
    return undefined;
  }
}

class EveryEnding extends Steps {
  @task
  reschedule(): void {
    this.user.note('reschedules');
    throw new RescheduleTask();
  }
  @task
  rescheduleAtOnce(): void {
    this.user.note('reschedules at once');
    throw new RescheduleTaskImmediately();
  }
  @task
  fail(): void {
    this.user.note('fails');
    throw new TypeError('broken');
  }
  @task
  stop(): void {
    this.user.note('stops itself');
    throw new StopUser();
  }
}

export class EndsEveryWay extends Diarist {
  static override tasks: TaskItem[] = [EveryEnding];
}

export class TopInterrupt extends Diarist {
  @task
  interrupt(): void {
    this.note('interrupts');
    throw new InterruptTaskSet();
  }
}

class BackAtOnce extends Steps {
  @task
  step(): void {
    this.user.note('goes back at once');
    this.interrupt();
  }
}

class BackLater extends Steps {
  @task
  step(): void {
    this.user.note('goes back later');
    this.interrupt(false);
  }
}

class Outer extends Steps {
  static override tasks: TaskItem[] = [BackAtOnce, BackLater];
  @task
  end(): void {
    this.user.note('ends');
    throw new StopUser();
  }
}

export class Nested extends Diarist {
  static override tasks: TaskItem[] = [Outer];
}

class StopsDeepDown extends Steps {
  @task
  stop(): void {
    const { parent } = this;
    const same = parent instanceof TaskSet && parent.parent === this.user;
    this.user.note(`stops deep down, ${same ? 'knows' : 'has lost'} its user`);
    throw new StopUser();
  }
}

class Around extends Steps {
  static override tasks: TaskItem[] = [StopsDeepDown];
}

export class NestedStop extends Diarist {
  static override tasks: TaskItem[] = [Around];
}

const knocks = new WeakMap<Diarist, number>();

/** Is never entered: each knock ends in another way. */
class Refuses extends Steps {
  override onStart(): unknown {
    const knock = (knocks.get(this.user) ?? 0) + 1;
    knocks.set(this.user, knock);
    this.user.note('knocks');
    if (knock === 1) throw new TypeError('closed');
    if (knock === 2) this.interrupt(false);
    if (knock === 3) throw new RescheduleTask();
    if (knock === 4) this.interrupt();
    if (knock === 5) throw new RescheduleTaskImmediately();
    throw new StopUser();
  }
  @task
  step(): void {
    this.user.note('never');
  }
}

class RefusesAround extends Steps {
  static override tasks: TaskItem[] = [Refuses];
}

export class Knocks extends Diarist {
  static override tasks: TaskItem[] = [RefusesAround];
}

class FailsOnTheWayOut extends Steps {
  override onStop(): unknown {
    this.user.note('set fails to stop');
    throw new TypeError('no way out');
  }
  @task
  step(): void {
    this.user.note('goes');
    this.interrupt();
  }
}

class FailsOnTheWayOutAround extends Steps {
  static override tasks: TaskItem[] = [FailsOnTheWayOut];
  @task
  end(): void {
    throw new StopUser();
  }
}

export class NestedFailure extends Diarist {
  static override tasks: TaskItem[] = [FailsOnTheWayOutAround];
}

class StopsOnTheWayOut extends Steps {
  override onStop(): unknown {
    this.user.note('set stops its user');
    throw new StopUser();
  }
  @task
  step(): void {
    this.user.note('goes');
    this.interrupt();
  }
}

class StopsOnTheWayOutAround extends Steps {
  static override tasks: TaskItem[] = [StopsOnTheWayOut];
  @task
  never(): void {
    this.user.note('never');
    throw new StopUser();
  }
}

export class NestedStopOnTheWayOut extends Diarist {
  static override tasks: TaskItem[] = [StopsOnTheWayOutAround];
}

class OwnWait extends TaskSet<Diarist> {
  override waitTime: WaitTime = constant(0);
  @task
  step(): void {
    this.user.note('steps');
    if (this.user.lines === 4) this.interrupt(false);
  }
}

class UsersWait extends TaskSet<Diarist> {
  @task
  step(): void {
    this.user.note('steps slowly');
    if (this.user.lines === 6) throw new StopUser();
  }
}

class BothWaits extends SequentialTaskSet {
  override waitTime: WaitTime = constant(0);
  static override tasks: TaskItem[] = [OwnWait, UsersWait];
}

export class Waits extends Diarist {
  static override tasks: TaskItem[] = [BothWaits];
}
