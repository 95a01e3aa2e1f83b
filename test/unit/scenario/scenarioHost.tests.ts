import { EventHook } from '../../../src/scenario/events.ts';
import { registerMessage, sendMessage, stopTest, setRateLimiter, recordFailure, recordSuccess, currentScenarioHost, installScenarioHost, type ScenarioHost } from '../../../src/scenario/scenarioHost.ts';

let calls: unknown[][];
const note =
  (name: keyof ScenarioHost) =>
  (...given: unknown[]): void =>
    void calls.push([name, ...given]);

beforeEach(() => {
  calls = [];
  installScenarioHost({ record: note('record'), addTasks: note('addTasks'), sendMessage: note('sendMessage'), registerMessage: note('registerMessage'), stopTest: note('stopTest'), setRateLimiter: note('setRateLimiter'), declareMetric: note('declareMetric'), metric: note('metric') });
});
afterEach(() => installScenarioHost(null));

describe("boomer's functions", () => {
  it('record into the host', () => {
    recordSuccess('http', 'hello', 1.5, 20);
    recordSuccess('http', 'hello', 1.5);
    recordFailure('http', 'hello', 2, 'status 500');
    recordFailure('http', 'hello', 2, new TypeError('x'));
    recordFailure('http', 'hello', 2, undefined);
    expect(calls).toEqual([
      ['record', 'http', 'hello', 1.5, 20, null],
      ['record', 'http', 'hello', 1.5, 0, null],
      ['record', 'http', 'hello', 2, 0, 'status 500'],
      ['record', 'http', 'hello', 2, 0, 'TypeError: x'],
      ['record', 'http', 'hello', 2, 0, 'undefined'],
    ]);
  });
});

describe("a scenario's rate limiter", () => {
  it('goes into the host, and out of it', () => {
    const limiter = { acquire: () => false };
    setRateLimiter(limiter);
    setRateLimiter(null);
    expect(calls).toEqual([
      ['setRateLimiter', limiter],
      ['setRateLimiter', null],
    ]);
  });

  it('must be able to acquire', () => {
    expect(() => setRateLimiter({} as never)).toThrow('setRateLimiter(limiter) expects { start?, acquire, stop? }, got {}');
  });
});

describe('custom messages', () => {
  it('go into the host', () => {
    const listener = (): void => {};
    registerMessage('users', listener);
    sendMessage('done', { a: 1 });
    sendMessage('bare');
    stopTest('enough');
    expect(calls).toEqual([
      ['registerMessage', 'users', listener],
      ['sendMessage', 'done', { a: 1 }],
      ['sendMessage', 'bare', null],
      ['stopTest', 'enough'],
    ]);
  });

  it.each([[''], [undefined], [7], [null]])('refuse the type %j', (type) => {
    expect(() => sendMessage(type as never)).toThrow('sendMessage(type, …) expects a non-empty string as type, got');
    expect(() => registerMessage(type as never, () => {})).toThrow('registerMessage(type, …) expects a non-empty string as type, got');
  });

  it('refuse a listener that is no function', () => {
    expect(() => registerMessage('a', null as never)).toThrow("registerMessage('a', listener) expects a function, got null");
  });
});

describe('outside a worker', () => {
  beforeEach(() => installScenarioHost(null));

  it.each([
    ['recordSuccess', () => recordSuccess('a', 'b', 1)],
    ['recordFailure', () => recordFailure('a', 'b', 1, 'x')],
    ['sendMessage', () => sendMessage('a')],
    ['registerMessage', () => registerMessage('a', () => {})],
    ['stopTest', () => stopTest('a')],
  ])('%s says where it works', (name, call) => {
    expect(currentScenarioHost()).toBeNull();
    expect(call).toThrow(`${name}() works only in a scenario that a worker has loaded: start it with boomer-node worker FILE, or call run(task, …)`);
  });
});

describe('an event', () => {
  it('calls its listeners in order, waits for all, and hands over every error', async () => {
    const hook = new EventHook<string>();
    const seen: string[] = [];
    const errors: unknown[] = [];
    hook.add((text) => {
      seen.push(`first ${text}`);
      throw new Error('sync');
    });
    hook.add(async (text) => {
      await Promise.resolve();
      seen.push(`second ${text}`);
      throw new Error('async');
    });
    hook.add((text) => seen.push(`third ${text}`));
    await hook.fire('now', (error) => errors.push(error));
    expect(seen).toEqual(['first now', 'third now', 'second now']);
    expect(errors).toEqual([new Error('sync'), new Error('async')]);
  });

  it('forgets a listener that was removed, once for each time it was added', async () => {
    const hook = new EventHook<null>();
    let calls = 0;
    const listener = (): number => ++calls;
    hook.add(listener);
    hook.add(listener);
    hook.remove(listener);
    hook.remove(() => 0);
    await hook.fire(null, () => {});
    expect(calls).toBe(1);
  });

  it('calls the listeners that it had when it fired', async () => {
    const hook = new EventHook<null>();
    const seen: string[] = [];
    const once = (): void => {
      hook.remove(once);
      seen.push('once');
    };
    hook.add(once);
    hook.add(() => seen.push('always'));
    await hook.fire(null, () => {});
    await hook.fire(null, () => {});
    expect(seen).toEqual(['once', 'always', 'always']);
  });
});
