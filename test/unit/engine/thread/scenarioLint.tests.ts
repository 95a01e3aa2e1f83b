import { StopUser } from '../../../../src/scenario/endings.ts';
import { HttpUser } from '../../../../src/scenario/httpUser.ts';
import { TaskSet } from '../../../../src/scenario/taskSet.ts';
import { task } from '../../../../src/scenario/task.ts';
import { User } from '../../../../src/scenario/user.ts';
import { between, constant, type WaitTime } from '../../../../src/scenario/waitTime.ts';
import { ScenarioLint } from '../../../../src/engine/thread/hosting/scenarioLint.ts';
import { taskListPlan } from '../../../../src/engine/thread/hosting/scenarioLoader.ts';
import type { UserRunner } from '../../../../src/engine/thread/users/userRunner.ts';
import { pass, Stage, useFakeTime } from './stage.ts';

useFakeTime();

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});

describe('names in classes', () => {
  class Browse extends TaskSet {
    static wait_time = between(1, 2);
    @task
    step(): void {}
    on_stop(): void {}
  }
  abstract class Base extends User {
    static fixed_count = 2;
    static waitTime = between(1, 2);
    on_start(): void {}
  }
  class Shopper extends Base {
    static override tasks = [Browse];
    wait_time(): void {}
  }

  it("in Locust's spelling, and a static wait time, are told once, those of task sets and base classes too", () => {
    const said: string[] = [];
    const lint = new ScenarioLint((text) => said.push(text));
    const plan = stage.plan(Shopper);
    lint.lookAtClasses(plan.tasks);
    lint.lookAtClasses(plan.tasks);
    expect(said.sort()).toEqual([
      "Base.fixed_count is Locust's spelling and has no effect here: did you mean static fixedCount?",
      "Base.on_start is Locust's spelling and has no effect here: did you mean onStart?",
      "Browse.on_stop is Locust's spelling and has no effect here: did you mean onStop?",
      "Browse.wait_time is Locust's spelling and has no effect here: did you mean waitTime?",
      "Shopper.wait_time is Locust's spelling and has no effect here: did you mean waitTime?",
      'static waitTime of Base has no effect: make it an instance field, waitTime = …',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['fixedcount', 1, 'static fixedcount of Buyer has no effect: did you mean static fixedCount?'],
    ['wieght', 1, 'static wieght of Buyer has no effect: did you mean static weight?'],
    ['taks', {}, 'static taks of Buyer has no effect: did you mean static tasks?'],
    ['waittime', 1, 'static waittime of Buyer has no effect: did you mean waitTime, without static?'],
    ['Host', 'http://h', 'static Host of Buyer has no effect: did you mean static host?'],
    ['wait_time', 1, "Buyer.wait_time is Locust's spelling and has no effect here: did you mean waitTime?"],
    ['onStart', () => 1, 'static onStart of Buyer has no effect: take static away, onStart() { … }'],
    ['http', {}, 'static http of Buyer has no effect: only classes that extend HttpUser or FastHttpUser have it'],
  ])('that are static and do nothing are told: %s', (name, value, advice) => {
    const said: string[] = [];
    class Buyer extends User {
      @task
      work(): void {}
    }
    Object.defineProperty(Buyer, name, { value });
    new ScenarioLint((text) => said.push(text)).lookAtClasses(stage.plan(Buyer).tasks);
    expect(said).toEqual([advice]);
  });

  it.each<[string, unknown, string | null]>([
    ['setUp', () => 1, 'setup'],
    ['tear_down', () => 1, 'teardown'],
    ['threshold', {}, 'thresholds'],
    ['tresholds', {}, 'thresholds'],
    ['stage', [], 'stages'],
    ['Option', {}, 'options'],
    ['share', () => 1, null],
    ['actions', [], null],
    ['stages', [], null],
    ['Setup', class Setup extends User {}, null],
  ])('that a file exports and nobody heeds are told: %s', (name, value, meant) => {
    const said: string[] = [];
    new ScenarioLint((text) => said.push(text)).lookAtExports({ [name]: value });
    expect(said).toEqual(meant === null ? [] : [`the export ${name} has no effect: did you mean ${meant}?`]);
  });

  it('are told of task sets too', () => {
    const said: string[] = [];
    class Visit extends TaskSet {
      static weight = 3;
      static taskz = {};
      @task
      step(): void {}
      onstart(): void {}
    }
    class Shopper extends User {
      static override tasks = [Visit];
    }
    new ScenarioLint((text) => said.push(text)).lookAtClasses(stage.plan(Shopper).tasks);
    expect(said.sort()).toEqual([
      'Visit.onstart has no effect: did you mean onStart?',
      'static taskz of Visit has no effect: did you mean static tasks?',
      'static weight of Visit has no effect: it belongs to the class of its user',
    ]);
  });

  it('of the scenario\'s own, and those of HTTP users, are nobody\'s business', () => {
    const said: string[] = [];
    class Shopper extends HttpUser {
      static override http = { timeout: 5 };
      static override requestName = ['/item/[id]'];
      static hosts = ['a', 'b'];
      static cost = 3;
      static create(): void {}
      static tokens = new Map();
      @task
      work(): void {}
      onStep(): void {}
    }
    new ScenarioLint((text) => said.push(text)).lookAtClasses(stage.plan(Shopper).tasks);
    expect(said).toEqual([]);
  });

  it('are fine when they are ours', () => {
    const said: string[] = [];
    class Right extends User {
      static override weight = 2;
      static override fixedCount = 1;
      override waitTime = between(1, 2);
      override onStart(): void {}
      @task
      work(): void {}
    }
    new ScenarioLint((text) => said.push(text)).lookAtClasses(stage.plan(Right).tasks);
    stage.born(Right);
    expect([...said, ...stage.advice]).toEqual([]);
  });
});

describe('fields', () => {
  it("in Locust's spelling, or not static, are told once a class", async () => {
    class Hurry extends TaskSet {
      min_wait = 1;
      @task
      step(): void {
        this.interrupt(false);
      }
    }
    class Shopper extends User {
      static override tasks = [Hurry];
      wait_time = between(1, 2);
      weight = 3;
      http = { timeout: 5 };
      override waitTime = (): number => 1;
      constructor() {
        super();
        Object.defineProperty(this, 'host', { value: 'http://h', enumerable: true }); // a field of plain JavaScript
      }
    }
    stage.born(Shopper);
    stage.born(Shopper);
    await pass(2000);
    expect(stage.advice).toEqual([
      "Shopper.wait_time is Locust's spelling and has no effect here: did you mean waitTime?",
      'weight of Shopper has no effect as an instance field: make it static, static weight = …',
      'http of Shopper has no effect as an instance field: make it static, static http = …',
      'host of Shopper as an instance field hides the host of the master and of --host: make it static, static host = …',
      "Hurry.min_wait is Locust's spelling and has no effect here: did you mean waitTime = between(minSec, maxSec)?",
    ]);
  });
});

describe('a method waitTime', () => {
  it('that a field hides is told, one that hides a field or a method is not', () => {
    class Slow extends User {
      override waitTime = constant(9);
      @task
      work(): void {}
    }
    class Quick extends Slow {}
    Object.defineProperty(Quick.prototype, 'waitTime', { value: () => 1 }); // plain JavaScript: the compiler refuses it
    class Late extends User {
      override waitTime(): number {
        return 5;
      }
      @task
      work(): void {}
    }
    class Later extends Late {
      override waitTime(): number {
        return 6;
      }
    }
    for (const userClass of [Slow, Quick, Late, Later]) stage.born(userClass);
    expect(stage.advice).toEqual(['the method waitTime of Quick has no effect: the field waitTime of Quick, or of a class that it extends, hides it. Make it a field, waitTime = () => …']);
  });
});

describe('a wait time that is none', () => {
  it.each([
    [1.5, 'waitTime of Shopper must be a wait time, got 1.5: write waitTime = constant(1.5)'],
    ['1', 'waitTime of Shopper must be a wait time, got "1": write waitTime = constant(1) or between(1, 3)'],
    [undefined, 'waitTime of Shopper must be a wait time, got undefined: write waitTime = constant(1) or between(1, 3)'],
  ])('ends a user with %p before it begins', (waitTime, message) => {
    class Shopper extends User {
      override waitTime = waitTime as unknown as WaitTime;
      @task
      work(): void {}
    }
    expect(() => stage.born(Shopper)).toThrow(expect.objectContaining({ code: 'bad-wait-time', message }) as Error);
  });

  it('keeps a user out of a task set', async () => {
    class Browse extends TaskSet {
      override waitTime = 2 as unknown as WaitTime;
      @task
      step(): void {}
    }
    class Shopper extends User {
      static override tasks = [Browse];
      override waitTime = (): number => 1;
    }
    stage.born(Shopper);
    await pass(500);
    expect(stage.errors).toEqual(['BoomerError: waitTime of Browse must be a wait time, got 2: write waitTime = constant(2)']);
  });
});

describe('fields of a record that do not exist', () => {
  it.each([
    ['exception', ', did you mean error?'],
    ['response_time', ', did you mean elapsedMs?'],
    ['elapsedms', ', did you mean elapsedMs?'],
    ['colour', '.'],
  ])('are told once: %s', async (field, meant) => {
    class Teller extends User {
      override waitTime = (): number => 1;
      @task
      work(): void {
        this.record({ type: 'a', name: 'b', elapsedMs: 1, [field]: 'x' });
      }
    }
    stage.born(Teller);
    await pass(3000);
    expect(stage.recorded.length).toBeGreaterThan(2);
    expect(stage.advice).toEqual([`record({ ${field} }): ${field} has no effect${meant} There are type, name, elapsedMs, bytes, error, startedAt, context`]);
  });

  it('are found in the midst of a run too', async () => {
    let round = 0;
    class Teller extends User {
      override waitTime = (): number => 0.001;
      @task
      work(): void {
        this.record({ type: 'a', name: 'b', elapsedMs: 1, ...(++round > 1_500 ? { err: 'x' } : {}) });
      }
    }
    stage.born(Teller);
    await pass(2000);
    expect(stage.advice).toEqual(['record({ err }): err has no effect, did you mean error? There are type, name, elapsedMs, bytes, error, startedAt, context']);
  });
});

describe('an await that is missing', () => {
  const slowly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
  const advice = (where: string): string => `${where} returned while a request that it had begun was still under way: is an await missing before the call? (said once per task)`;

  it('is told once for each task and hook, named by class and method', async () => {
    class Browse extends TaskSet {
      @task
      step(): void {
        void this.user.measure('redis', 'GET', slowly);
        if (stage.recorded.length > 2) this.interrupt(false);
      }
    }
    class Shopper extends User {
      static override tasks = [Browse];
      override waitTime = (): number => 1;
      override onStart(): void {
        void this.measure('redis', 'AUTH', slowly);
      }
      override onStop(): void {
        void this.measure('redis', 'QUIT', slowly);
      }
    }
    const life = stage.born(Shopper);
    await pass(5500);
    life.stop();
    await pass(100);
    expect(stage.advice).toEqual([advice('Shopper.onStart'), advice('Browse.step'), advice('Shopper.onStop')]);
    expect(stage.recorded.length).toBeGreaterThan(4);
  });

  it('is not told of work that was under way before, of awaited work, of records, and of tasks that fail', async () => {
    let round = 0;
    class Shopper extends User {
      override waitTime = (): number => 1;
      @task
      async work(): Promise<void> {
        round += 1;
        this.record({ type: 'a', name: 'b', elapsedMs: 1 });
        await this.measure('redis', 'GET', slowly);
        if (round === 2) this.measure('redis', 'LISTEN', () => this.sleep(600)).catch(() => {});
        if (round > 1) throw new Error('on purpose');
      }
    }
    const life = stage.born(Shopper);
    await pass(10_000);
    life.kill();
    await pass(10);
    expect(stage.advice).toEqual([]);
  });

  it.each([
    ['killed', (life: UserRunner) => life.kill()],
    ['stopped', (life: UserRunner) => life.stop()],
    ['abandoned', (life: UserRunner) => life.abandon()],
  ])('is not told of a user that was %s meanwhile: what it still begins is dropped', async (_, end) => {
    class Shopper extends User {
      override async onStart(): Promise<void> {
        await slowly();
        void this.measure('redis', 'AUTH', slowly);
      }
      @task
      async work(): Promise<void> {
        await slowly();
        // As the recording functions do, for a task of run().
        this.record({ type: 'a', name: 'b', elapsedMs: 5 });
        void this.measure('redis', 'GET', slowly);
      }
    }
    const starting = stage.born(Shopper);
    await pass(20);
    end(starting);
    await pass(200);
    class Working extends Shopper {
      override async onStart(): Promise<void> {}
    }
    const working = stage.born(Working);
    await pass(20);
    end(working);
    await pass(200);
    expect(stage.advice).toEqual([]);
  });

  it('is told of a task by the name that its class or list gives it', async () => {
    const anonymous = [(user: User): void => void user.measure('redis', 'GET', slowly)];
    class Shopper extends User {
      static override tasks = [...anonymous];
      override waitTime = (): number => 1;
    }
    stage.born(Shopper);
    await pass(10);
    let hellos = 0;
    const sayHello = (): void => {
      if (++hellos > 1) throw new StopUser();
      void boomer.user.measure('redis', 'GET', slowly);
    };
    const boomer: UserRunner = stage.unborn(taskListPlan([{ name: 'say hello', fn: sayHello }]));
    void boomer.start();
    await pass(10);
    expect(boomer.doing).toBe('say hello');
    expect(stage.advice).toEqual([advice('Shopper.anonymous'), advice('say hello')]);
  });
});
