/** What users do when the test is stopped while they start, work or wait. */
import { constant, task, TaskSet, type TaskItem, type WaitTime } from 'boomer-node';
import { Diarist } from './diary.ts';

const longSec = 5;

abstract class Set extends TaskSet<Diarist> {
  override onStart(): unknown {
    this.user.note('set starts');
    return undefined;
  }
  override onStop(): unknown {
    this.user.note('set stops');
    return undefined;
  }
}

class Work extends Set {
  @task
  async work(): Promise<void> {
    this.user.note('begins');
    try {
      await this.user.sleep(longSec);
      this.user.note('ends');
    } finally {
      this.user.note('cleans up');
    }
  }
}

export class Works extends Diarist {
  static override tasks: TaskItem[] = [Work];
}

class Around extends Set {
  static override tasks: TaskItem[] = [Work];
}

export class WorksDeepDown extends Diarist {
  static override tasks: TaskItem[] = [Around];
}

class Rest extends Set {
  override waitTime: WaitTime = constant(60);
  @task
  work(): void {
    this.user.note('works');
  }
}

export class Waits extends Diarist {
  static override tasks: TaskItem[] = [Rest];
}

export class Starts extends Diarist {
  override async onStart(): Promise<void> {
    this.note('begins to start');
    await this.sleep(longSec);
    this.note('has started');
  }
  @task
  work(): void {
    this.note('never');
  }
}

class SlowSet extends Set {
  override async onStart(): Promise<void> {
    this.user.note('set begins to start');
    await this.user.sleep(longSec);
    this.user.note('set has started');
  }
  @task
  work(): void {
    this.user.note('never');
  }
}

export class StartsSet extends Diarist {
  static override tasks: TaskItem[] = [SlowSet];
}
