import { type SetupNote, TestSetup, type TestSetupParts } from '../../../../src/engine/thread/hosting/testSetup.ts';
import type { SetupData } from '../../../../src/scenario/environment.ts';

type Thread = { readonly setup: TestSetup; readonly environment: { setupData: SetupData }; readonly sent: SetupNote[]; readonly said: string[] };

function threadWith(more: Partial<TestSetupParts>, options: Readonly<Record<string, unknown>> = { boomer_setup_run: 'r1' }): Thread {
  const [sent, said]: [SetupNote[], string[]] = [[], []];
  const environment = { parsedOptions: options, setupData: {} } as unknown as TestSetupParts['environment'];
  const setup = new TestSetup({
    setup: () => ({ token: 't' }), teardown: null, threadIndex: 1, threadCount: 2, environment,
    send: (note) => sent.push(note), onError: (error) => said.push(String(error)), stopTest: (reason) => said.push(`stop: ${reason}`), ...more,
  });
  return { setup, environment, sent, said };
}

const note = (kind: string, data: unknown = null, thread = 1, run = 'r1'): { readonly type: string; readonly data: unknown } => ({ type: 'boomer_setup', data: { kind, run, thread, data } });
const kinds = ({ sent }: Thread): readonly string[] => sent.map(({ kind }) => kind);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('asks the master, and begins with what another thread has made', async () => {
  const thread = threadWith({});
  const begun = thread.setup.begin(false);
  expect(thread.sent).toEqual([{ kind: 'ask', run: 'r1', thread: 1, data: null }]);
  thread.setup.listener(note('done', { token: 'old' }, -1, 'r0'));
  thread.setup.listener(note('done', { token: 'x' }, -1));
  expect(await begun).toBe(true);
  expect(thread.environment.setupData).toEqual({ token: 'x' });
});

it('does it when it is chosen, once, and tells', async () => {
  let times = 0;
  const thread = threadWith({ setup: async () => ({ token: `t${++times}` }) });
  const begun = thread.setup.begin(false);
  thread.setup.listener(note('do', null, 0));
  await turn();
  expect(kinds(thread)).toEqual(['ask']);
  thread.setup.listener(note('do'));
  thread.setup.listener(note('do'));
  await turn();
  expect(thread.sent.slice(1)).toEqual([{ kind: 'done', run: 'r1', thread: 1, data: { token: 't1' } }]);
  thread.setup.listener(note('done', { token: 't1' }, -1));
  expect(await begun).toBe(true);
});

it.each([
  [() => { throw new RangeError('none is free'); }, 'RangeError: none is free'],
  [() => 'text', 'setup() must return an object, or nothing, got "text"'],
])('says why it failed, here and elsewhere, and ends the test', async (setup, reason) => {
  const [chosen, other] = [threadWith({ setup }), threadWith({})];
  const [begun, begunOther] = [chosen.setup.begin(false), other.setup.begin(false)];
  chosen.setup.listener(note('do'));
  await turn();
  expect(chosen.sent.at(-1)).toMatchObject({ kind: 'failed' });
  expect(String(chosen.sent.at(-1)?.data)).toContain(reason);
  expect(chosen.said.at(-1)).toContain(`stop: setup failed: `);
  other.setup.listener(note('failed', reason, -1));
  expect([await begun, await begunOther]).toEqual([false, false]);
});

it('cannot do without a master that chooses', async () => {
  const thread = threadWith({}, {});
  expect(await thread.setup.begin(false)).toBe(false);
  expect(thread.said[0]).toContain('give it the file that boomer-node locustfile makes');
  const without = threadWith({ setup: null }, {});
  expect(without.setup.begin(false)).toBeNull();
  expect(without.setup.end()).toBeNull();
});

it('tears down when the master says so, and answers', async () => {
  const seen: unknown[] = [];
  const thread = threadWith({ setup: null, teardown: (data) => seen.push(data) });
  expect(thread.setup.begin(false)).toBeNull();
  thread.setup.listener(note('teardown', { token: 'x' }, 0));
  thread.setup.listener(note('teardown', { token: 'x' }));
  await turn();
  expect([seen, thread.sent]).toEqual([[{ token: 'x' }], [{ kind: 'tornDown', run: 'r1', thread: 1, data: null }]]);
});

describe('without a master', () => {
  const alone = { headless: true };

  it('thread 0 does it for all, and tears down once all threads have ended', async () => {
    const seen: unknown[] = [];
    const first = threadWith({ threadIndex: 0, teardown: (data) => seen.push(data) }, alone);
    const begun = first.setup.begin(false);
    await turn();
    expect(kinds(first)).toEqual(['done']);
    first.setup.listener(note('done', { token: 't' }, 0, 'alone'));
    expect(await begun).toBe(true);
    // A thread that comes later asks.
    first.setup.listener(note('ask', null, 1, 'alone'));
    const ended = first.setup.end();
    first.setup.listener(note('gone', null, 1, 'alone'));
    await turn();
    expect(seen).toEqual([]);
    first.setup.listener(note('gone', null, 0, 'alone'));
    await ended;
    expect([seen, kinds(first)]).toEqual([[{ token: 't' }], ['done', 'done', 'gone']]);
  });

  it('nobody has to wait for a teardown that never ends', async () => {
    const first = threadWith({ threadIndex: 0, threadCount: 1, setup: null, teardown: () => new Promise(() => undefined) }, alone);
    void first.setup.begin(false);
    expect(first.setup.hurry()).toBe(false);
    const ended = first.setup.end(true);
    await turn();
    expect(first.setup.hurry()).toBe(true);
    await ended;
    expect(first.setup.hurry()).toBe(false);
  });

  it('a thread 0 that comes in the midst of the run asks the others first', async () => {
    const first = threadWith({ threadIndex: 0 }, alone);
    void first.setup.begin(true);
    expect(kinds(first)).toEqual(['ask']);
    expect(first.setup.end()).toBeNull();
  });
});
