import type { ThreadToMain } from '../../../../src/engine/shared/messages.ts';
import { gatherExtras } from '../../../../src/engine/thread/hosting/listenerCalls.ts';
import type { Environment } from '../../../../src/scenario/environment.ts';
import { events, type ReportEvent } from '../../../../src/scenario/events.ts';

const environment = { threadIndex: 0 } as Environment;
const cleanups: (() => void)[] = [];
function listen(listener: (event: ReportEvent) => unknown): void {
  events.reportToMaster.add(listener);
  cleanups.push(() => events.reportToMaster.remove(listener));
}
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function gathered(post?: (message: ThreadToMain) => void): Promise<{ posted: ThreadToMain[]; errors: unknown[] }> {
  const posted: ThreadToMain[] = [];
  const errors: unknown[] = [];
  await gatherExtras(environment, post ?? ((message) => posted.push(message)), (error) => errors.push(error));
  return { posted, errors };
}

it('posts what all listeners added, as one answer', async () => {
  listen(({ data }) => (data['a'] = 1));
  listen(async ({ data, environment: given }) => {
    await Promise.resolve();
    data['b'] = [given === environment];
  });
  await expect(gathered()).resolves.toEqual({ posted: [{ kind: 'reportExtras', data: { a: 1, b: [true] } }], errors: [] });
});

it('posts nothing when there is no listener, or none has something to add', async () => {
  await expect(gathered()).resolves.toEqual({ posted: [], errors: [] });
  listen(() => 'nothing to add');
  await expect(gathered()).resolves.toEqual({ posted: [], errors: [] });
});

it('keeps what the others added when one listener fails', async () => {
  listen(({ data }) => (data['a'] = 1));
  listen(() => {
    throw new Error('broken');
  });
  await expect(gathered()).resolves.toEqual({ posted: [{ kind: 'reportExtras', data: { a: 1 } }], errors: [new Error('broken')] });
});

it('says which keys hold what cannot be posted', async () => {
  listen(({ data }) => (data['later'] = () => 1));
  const { posted, errors } = await gathered((message) => void structuredClone(message));
  expect(posted).toEqual([]);
  expect(errors).toEqual([expect.objectContaining({ code: 'bad-report-data', message: expect.stringContaining('(keys later): expected plain data, no functions') as string })]);
});
