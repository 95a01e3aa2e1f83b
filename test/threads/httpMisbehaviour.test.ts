/** A request to a server that goes wrong in any way is one row, and leaves nothing behind. */
import { HttpClient } from '../../src/http/httpClient.ts';
import type { HttpDefaults } from '../../src/http/index.ts';
import { engines } from '../support/engines.ts';
import { impatientSec, misbehaviours, startMisbehavingServer } from '../support/misbehavingServer.ts';
import type { MisbehavingServer } from '../support/misbehavingServer.ts';
import { recordingSink } from '../support/recordingSink.ts';
import type { RecordingSink } from '../support/recordingSink.ts';
import { until } from '../support/until.ts';

describe.each(engines)('%s', (_kind, engine) => {
  const paths = Object.keys(misbehaviours);
/** Seconds: short where no whole answer ever comes, and else beyond what a busy machine takes. */
const patience = (path: string): number => (path === '/silent' || path.startsWith('/endless') ? impatientSec : 10);
  /** Asked for more often than called for. */
  const redirected = new Set(['/loop', '/redirect-then-close', '/fine']);
  /** They close after a whole answer, without a word, and may so hit the next request of their user. */
  const treacherous = new Set(['/close-after', '/reset-after']);

  let target: MisbehavingServer;
  let sink: RecordingSink;
  let astray: unknown[];
  const stray = (error: unknown): number => astray.push(error);

  beforeEach(async () => {
    target = await startMisbehavingServer();
    sink = recordingSink();
    astray = [];
    process.on('unhandledRejection', stray);
  });

  afterEach(async () => {
    await target.server.close();
    process.off('unhandledRejection', stray);
    expect(astray).toEqual([]);
  });

  function open(defaults: HttpDefaults = {}): HttpClient {
    return new HttpClient({ engine, baseUrl: target.server.url, sink, defaults });
  }

  describe.each(paths)('%s', (path) => {
    const { error, bytes } = misbehaviours[path] ?? { error: null };

    it('is one row, counted by both sides, with no socket left', async () => {
      const client = open();
      const response = await client.get(path, { timeout: patience(path) });
      if (error === null) expect(response.error).toBeNull();
      else expect(response.error).toMatch(error);
      expect(sink.rows).toEqual([expect.objectContaining({ name: path, error: response.error, bytes: bytes ?? response.bytes })]);
      expect(target.counts.get(path)).toBe(path === '/loop' ? 31 : 1);
      if (treacherous.has(path)) await target.server.whenOpen(0);
      // The user works on, whatever became of the connection.
      expect((await client.get('/fine')).text()).toBe('ok');
      expect(sink.rows).toHaveLength(2);
      client.close();
      await target.server.whenOpen(0);
    });

    const itFails = error === null ? null : it;
    itFails?.('has no address, port or count in its text that would split a row', async () => {
      const client = open();
      await client.get(path, { timeout: patience(path) });
      client.close();
      const other = await startMisbehavingServer();
      const another = new HttpClient({ engine, baseUrl: other.server.url, sink });
      await another.get(path, { timeout: patience(path) });
      another.close();
      await other.server.close();
      expect(sink.rows[0]?.error).toBe(sink.rows[1]?.error);
    });

    it('is one row as a stream', async () => {
      const client = open();
      const response = await client.get(path, { timeout: patience(path), stream: true });
      await response.discard();
      expect(sink.rows).toEqual([expect.objectContaining({ name: path, error: response.error })]);
      client.close();
      await target.server.whenOpen(0);
    });

    it('is one row for a HEAD, or none of its own making', async () => {
      const client = open();
      const response = await client.head(path, { timeout: patience(path) });
      expect(response.bytes).toBe(0);
      expect(sink.rows).toHaveLength(1);
      expect(target.counts.get(path)).toBe(1);
      client.close();
      await target.server.whenOpen(0);
    });
  });

  describe('all of it at once', () => {
    it.each<[string, HttpDefaults]>([
      ['a connection each', {}],
      ['a shared pool', { pool: 'shared', concurrency: 20 }],
    ])('with %s, many users and a fixed order by chance: both sides count the same', async (_, defaults) => {
      const users = 20;
      const steps = 25;
      let random = 12_345;
      const drawn = paths.filter((path) => !treacherous.has(path));
      const draw = (): string => drawn[(random = (random * 1_103_515_245 + 12_345) % 2 ** 31) % drawn.length] ?? '/fine';
      const asked = new Map<string, number>();
      const clients = Array.from({ length: users }, () => open(defaults));
      await Promise.all(
        clients.map(async (client) => {
          for (let step = 0; step < steps; step += 1) {
            const path = draw();
            asked.set(path, (asked.get(path) ?? 0) + 1);
            const response = await client.get(path, { timeout: patience(path) });
            const expected = misbehaviours[path]?.error;
            if (expected === null) expect([path, response.error]).toEqual([path, null]);
          }
        }),
      );
      expect(sink.rows).toHaveLength(users * steps);
      for (const [path, times] of asked) {
        if (redirected.has(path)) continue;
        expect([path, target.counts.get(path)]).toEqual([path, times]);
      }
      for (const client of clients) client.close();
      await target.server.whenOpen(0);
    });

    it('an abort at any moment records nothing of what was under way and leaves no socket', async () => {
      const client = open({ concurrency: paths.length + 1 });
      const reason = new Error('stopped');
      const requests = paths.map((path) => client.get(path).then(() => 'ended', (error: unknown) => error));
      await until('all requests to arrive', () => target.counts.size === paths.length, { everyMs: 2 });
      client.abort(reason);
      const outcomes = await Promise.all(requests);
      expect(outcomes.filter((outcome) => outcome !== reason)).toHaveLength(sink.rows.length);
      client.close();
      await target.server.whenOpen(0);
    });
  });
});
