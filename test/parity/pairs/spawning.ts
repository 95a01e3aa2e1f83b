/** How many users of each class are born, first of 9 users and then of 12, when some end by themselves; and what they know of the test. */
import { constant, StopUser, task, type WaitTime } from 'boomer-node';
import { Diarist } from './diary.ts';

abstract class Born extends Diarist {
  static override fixedCount = 0;
  static override host = 'http://own.example';
  override waitTime: WaitTime = constant(60);
  override onStart(): unknown {
    this.count('born');
    return undefined;
  }
  override onStop(): unknown {
    this.count('dies');
    return undefined;
  }
  @task
  look(): void {
    const { tenant, basket_size: basketSize, dry_run: dryRun } = this.environment.parsedOptions as { tenant: string; basket_size: number; dry_run: boolean };
    this.count(`${this.host ?? ''} ${tenant} ${basketSize + 1} ${dryRun}`);
  }
}

export class Often extends Born {
  static override weight = 3;
}

export class Seldom extends Born {
  static override weight = 1;
}

export class Fixed extends Born {
  static override fixedCount = 2;
}

/** Each is gone after its first task, and another comes in its place at the next spawn. */
export class Leaves extends Born {
  static override fixedCount = 2;
  override waitTime: WaitTime = (): never => {
    throw new StopUser();
  };
}
