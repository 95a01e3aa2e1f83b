import { constructWith, type OwnedResource, type UserContext } from '../../../src/scenario/userContext.ts';
import { HttpUser, ThreadHttp } from '../../../src/scenario/httpUser.ts';
import { User } from '../../../src/scenario/user.ts';
import { Random } from '../../../src/util/random.ts';

type Sample = Parameters<UserContext['samples']['report']>;

class ScenarioHost {
  readonly samples: Sample[] = [];
  readonly owned: OwnedResource[] = [];
  phase = 3;
  readonly context: UserContext = {
    environment: { userIndex: 5 } as UserContext['environment'],
    random: new Random('user'),
    host: 'http://h',
    startedMs: 12,
    samples: { endOf: (startedAt, elapsedMs) => Number(startedAt) + Number(elapsedMs), phase: () => this.phase, phaseSince: () => this.phase, arrived: () => undefined, dropped: () => undefined, report: (...sample) => void this.samples.push(sample) },
    signal: () => new AbortController().signal,
    sleep: () => Promise.resolve(),
    isGone: false,
    refuse: (reason) => Promise.reject(reason),
    own: (resource) => this.owned.push(resource),
    afterTask: () => undefined,
    advise: () => undefined,
  };

  born<T extends User>(userClass: new () => T): T {
    return constructWith(this.context, () => new userClass());
  }
}

class Plain extends User {
  number = this.random.int(1, 6);
  index = this.environment.userIndex;
}

describe('a user', () => {
  it('knows its world from its first field on', () => {
    const user = new ScenarioHost().born(Plain);
    expect(user.number).toBe(new Random('user').int(1, 6));
    expect([user.index, user.host, user.startedMs, user.waitTime(user)]).toEqual([5, 'http://h', 12, 0]);
  });

  it('is not made by hand', () => {
    expect(() => new Plain()).toThrow('new Plain() was called by the scenario, but only boomer-node makes users: export the class instead');
  });

  it('cannot make another one on the way', () => {
    class Nested extends User {
      inner = new Plain();
    }
    expect(() => new ScenarioHost().born(Nested)).toThrow('new Plain() was called');
  });

  it('leaves nothing behind when its constructor throws before it is one', () => {
    const world = new ScenarioHost();
    expect(() =>
      constructWith(world.context, () => {
        throw new Error('early');
      }),
    ).toThrow('early');
    expect(() => new Plain()).toThrow('new Plain() was called');
  });
});

describe('measure', () => {
  it.each([
    ['a string', 'häh', 4],
    ['bytes', new Uint8Array(7), 7],
    ['a buffer', Buffer.from('abc'), 3],
    ['an object', { a: 1 }, 0],
    ['undefined', undefined, 0],
  ])('times and returns the work, counting the length of %s', async (_, result, bytes) => {
    const world = new ScenarioHost();
    await expect(world.born(Plain).measure('redis', 'GET', () => result)).resolves.toBe(result);
    expect(world.samples).toEqual([[3, 'redis', 'GET', expect.any(Number), bytes, null, expect.any(Number), null, null]]);
  });

  it('takes the time from the call to the end', async () => {
    const world = new ScenarioHost();
    const before = performance.now();
    await world.born(Plain).measure('a', 'b', () => new Promise((resolve) => setTimeout(resolve, 20)));
    const after = performance.now();
    const [, , , elapsedMs, , , endMs] = world.samples[0] as Sample;
    expect(elapsedMs).toBeGreaterThanOrEqual(19);
    expect(elapsedMs).toBeLessThanOrEqual(after - before);
    expect(endMs).toBeLessThanOrEqual(after);
  });

  it.each([
    ['a rejection', () => Promise.reject(new TypeError('no'))],
    [
      'a throw',
      (): never => {
        throw new TypeError('no');
      },
    ],
  ])('records %s as a failure and passes it on', async (_, work) => {
    const world = new ScenarioHost();
    await expect(world.born(Plain).measure('a', 'b', work)).rejects.toThrow(new TypeError('no'));
    expect(world.samples).toEqual([[3, 'a', 'b', expect.any(Number), 0, 'TypeError: no', expect.any(Number), null, null]]);
  });

  it('belongs to the stretch of life in which it began', async () => {
    const world = new ScenarioHost();
    const measured = world.born(Plain).measure('a', 'b', () => Promise.resolve());
    world.phase = 4;
    await measured;
    expect(world.samples[0]?.[0]).toBe(3);
  });
});

describe('record', () => {
  it('fills in what is left out and dates the sample now', () => {
    const world = new ScenarioHost();
    const before = performance.now();
    world.born(Plain).record({ type: 't', name: 'n' });
    expect(world.samples).toEqual([[3, 't', 'n', null, 0, null, expect.any(Number), null, null]]);
    expect(world.samples[0]?.[6]).toBeGreaterThanOrEqual(before);
  });

  it('takes everything as given, and dates the sample by its beginning', () => {
    const world = new ScenarioHost();
    world.born(Plain).record({ type: 't', name: 'n', elapsedMs: 20, bytes: 9, error: null, startedAt: 100 });
    expect(world.samples).toEqual([[3, 't', 'n', 20, 9, null, 120, null, null]]);
  });

  it.each([
    ['a text', 'status 500', 'status 500'],
    ['an Error', new RangeError('x'), 'RangeError: x'],
    ['an empty text', '', ''],
    ['false', false, 'false'],
    ['an object that cannot be printed', Object.defineProperty({}, 'toString', { get: () => { throw new Error('x'); } }), 'a thrown value that cannot be printed'],
  ])('takes %s for a failure', (_, error, text) => {
    const world = new ScenarioHost();
    world.born(Plain).record({ type: 't', name: 'n', elapsedMs: 1, error });
    expect(world.samples[0]?.[5]).toBe(text);
  });
});

describe('the context of a user', () => {
  class Tenant extends Plain {
    #calls = 0;
    override context(): Record<string, unknown> {
      return { tenant: 'a', calls: ++this.#calls };
    }
  }

  it('goes along with whatever it measures and records, as it was at the beginning; one that is given by hand comes over it', async () => {
    const world = new ScenarioHost();
    const user = world.born(Tenant);
    await Promise.all([user.measure('t', 'n', () => Promise.resolve()), user.measure('t', 'n', () => 1)]);
    user.record({ type: 't', name: 'n', context: { tenant: 'b' } });
    world.born(Plain).record({ type: 't', name: 'n', context: { page: 1 } });
    expect(world.samples.map((sample) => sample[8])).toEqual([{ tenant: 'a', calls: 1 }, { tenant: 'a', calls: 2 }, { tenant: 'b', calls: 3 }, { page: 1 }]);
  });

  it('is an object, and at hand at once', async () => {
    class Late extends Plain {
      override context(): Record<string, unknown> {
        return Promise.resolve({ tenant: 'a' }) as unknown as Record<string, unknown>;
      }
    }
    await expect(new ScenarioHost().born(Late).measure('t', 'n', () => 1)).rejects.toMatchObject({ code: 'bad-request-context', message: expect.stringMatching(/^context\(\) of Late must be an object/u) as string });
  });
});

describe('an HttpUser', () => {
  class Shopper extends HttpUser {}

  it('has no client before a load thread has loaded what that is made of', async () => {
    const user = new ScenarioHost().born(Shopper);
    expect(() => user.client).toThrow('was not loaded');
    await new ThreadHttp({ threadCount: 1, allowHosts: null, failureSamples: 0, onFailure: () => undefined, httpDebug: null, onDebugText: () => undefined }).load();
    expect(user.client).toBeDefined();
  });

  it('makes its client at the first use, and hands it over to be ended', () => {
    const world = new ScenarioHost();
    const user = world.born(Shopper);
    expect(world.owned).toEqual([]);
    expect(user.client).toBe(user.client);
    expect(world.owned).toEqual([user.client]);
    user.client.close();
  });
});
