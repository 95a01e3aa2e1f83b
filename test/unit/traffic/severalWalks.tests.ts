/** What several files, or several people's walks of one file, have in common and what not. */
import { importTraffic, type Imported } from '../../../src/traffic/importTraffic.ts';
import { capture } from '../../support/capture.ts';
import { har, type HarEntry } from '../../support/har.ts';
import { recordingOf } from '../../support/traffic.ts';

const imported = async (...files: readonly (readonly [source: string, content: string | Uint8Array])[]): Promise<Imported> =>
  importTraffic(await Promise.all(files.map(([source, content]) => recordingOf(content, source))), { keepsStatic: false, keepsThirdParties: false, host: null, keptHeaders: new Set(), checkEvery: null });
const page = (path: string, more: Partial<HarEntry> = {}): HarEntry => ({ url: `https://s.example${path}`, resource: 'document', ...more });
const posted = (path: string, body: unknown): HarEntry => ({ method: 'POST', url: `https://s.example${path}`, resource: 'fetch', headers: { 'content-type': 'application/json' }, body: { mimeType: 'application/json', text: JSON.stringify(body) } });
const fetched = (path: string, at: number): HarEntry => page(path, { at, resource: 'fetch' });
const outline = (text: string): readonly string[] => text.match(/class \w+ extends \w+|static tasks = [^;]*|async \w+\(|onStart\(/gu) ?? [];

describe('of several walks of one task', () => {
  it('each is a task set', async () => {
    const cookie = { headers: { cookie: 'sid=a1b2c3d4' } };
    const { text, summary } = await imported(['a.har', har([page('/', cookie), fetched('/one', 0.1)])], ['b.har', har([page('/', cookie), fetched('/x1', 0.1), fetched('/x2', 0.2), fetched('/x3', 0.3)])]);
    expect(outline(text)).toEqual(['class AWalk extends SequentialTaskSet', 'onStart(', 'async home(', 'class BWalk extends SequentialTaskSet', 'onStart(', 'async home(', 'class SUser extends HttpUser', 'static tasks = [AWalk, BWalk]']);
    expect(summary[0]).toBe('6 requests in 2 tasks of SUser');
  });

  it('each is walked as often as people went it, and by a new visitor each time', async () => {
    const people = Array.from({ length: 9 }, (_, person) => [{ atMs: person * 10, path: '/feed', headers: { cookie: `sid=user-a${person}` } }, { atMs: person * 10 + 100, path: '/feed/next', headers: { cookie: `sid=user-a${person}` } }]).flat();
    const one = [{ atMs: 50, path: '/news', headers: { cookie: 'sid=user-b' } }, { atMs: 5000, path: '/archive', headers: { cookie: 'sid=user-b' } }];
    const { text } = await imported(['w.gor', capture([...people, ...one].toSorted((a, b) => a.atMs - b.atMs))]);
    expect(text).toContain('static tasks = new Map<TaskItem, number>([[NextWalk, 9], [ArchiveWalk, 1]]);');
  });

  it('one beside curl commands is a task set beside their tasks', async () => {
    const { text } = await imported(['a.har', har([page('/'), fetched('/one', 0.1)])], ['b.sh', 'curl https://s.example/']);
    expect(outline(text)).toEqual(['class AWalk extends SequentialTaskSet', 'async home(', 'class SUser extends HttpUser', 'static tasks = [AWalk]', 'async home(']);
  });
});

it('what differs between two recordings is data, whatever it is', async () => {
  const walk = (gift: unknown): string => har([posted('/o', gift), fetched('/p', 5)]);
  const { text, summary } = await imported(['ada.har', walk({ gift: false, coupon: 'SAVE10', note: '', rank: 1, count: 3, same: null })], ['bob.har', walk({ gift: true, coupon: null, note: 'hi', rank: null, count: 4, same: null })]);
  expect(text).toContain(`feed.array([
  { gift: false, coupon: 'SAVE10', note: '', rank: 1, count: '3' },
  { gift: true, coupon: null, note: 'hi', rank: null, count: '4' },
]);`);
  expect(text).toContain('#visitor!: { gift: boolean; coupon: string | null; note: string; rank: number | null; count: string };');
  expect(text).toMatch(/gift: this\.#visitor\.gift,\s+coupon: this\.#visitor\.coupon,\s+note: this\.#visitor\.note,\s+rank: this\.#visitor\.rank,\s+count: Number\(this\.#visitor\.count\),\s+same: null/u);
  expect(summary).toContain('different in each recording: 5 values, now of a feeder');
});

it('rows that have other columns each, with secrets within texts, have a type', async () => {
  const login = (path: string, user: string, index: number): { readonly atMs: number; readonly path: string; readonly method: string; readonly body: string; readonly headers: Readonly<Record<string, string>> } => ({ atMs: index * 1000, path, method: 'POST', headers: { 'content-type': 'text/plain' }, body: `{"user":"${user}","password":"s3cret-${user}"}` });
  const { text } = await imported(['c.gor', capture([login('/in?from=home', 'ada', 0), login('/in', 'bob', 1)])]);
  expect(text).toContain('const inRows = feed.array<{ from?: string; body: string }>([\n'.replace('inRows', /const (\w+) = feed/u.exec(text)?.[1] ?? ''));
});

describe('binary bodies', () => {
  const sent = (body: Uint8Array, index: number): { readonly atMs: number; readonly path: string; readonly method: string; readonly body: Uint8Array } => ({ atMs: index * 1000, path: '/c', method: 'POST', body });

  it('that differ are a row at random, as they were', async () => {
    const { text } = await imported(['c.gor', capture([[255, 1], [255, 2], [255, 2]].map((bytes, index) => sent(Uint8Array.from(bytes), index)))]);
    expect(text).toContain("const cRows = feed.array([\n  { body: '/wE=' },\n  { body: '/wI=' },\n], { name: 'cRows', order: 'random' });");
    expect(text).toContain("    const { body } = await cRows.next(this);\n    await this.client.post('/c', { body: Buffer.from(body, 'base64') });");
  });

  it('are no secrets, however random they look, and long ones have a stand-in', async () => {
    const random = Uint8Array.from({ length: 60 }, (_, index) => (index * 131 + 200) % 256);
    const { text, secrets } = await imported(['c.gor', capture([sent(random, 0)])]);
    expect(text).toContain(`body: Buffer.from('${Buffer.from(random).toString('base64')}', 'base64'),`);
    expect(secrets).toEqual([]);
    const long = await imported(['c.gor', capture([sent(new Uint8Array(3001).fill(255), 0), sent(random, 1)])]);
    expect(long.text).toContain('body: new Uint8Array(3001), // stands for bytes that are too long to be written here');
    expect(long.text).toContain(`Buffer.from('${Buffer.from(random).toString('base64')}', 'base64')`);
  });

  it('that differ between two recordings are columns of the feeder', async () => {
    const walk = (bytes: readonly number[]): string => har([{ ...posted('/c', {}), headers: {}, body: { mimeType: 'application/x-protobuf', text: Buffer.from(bytes).toString('base64'), encoding: 'base64' } }, fetched('/p', 5)]);
    const { text } = await imported(['a.har', walk([255, 1])], ['b.har', walk([255, 2])]);
    expect(text).toContain("{ body: '/wE=' },\n  { body: '/wI=' },");
    expect(text).toContain("{ body: Buffer.from(this.#visitor.body, 'base64') }");
  });
});
