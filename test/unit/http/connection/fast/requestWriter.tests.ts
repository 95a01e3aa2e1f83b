import { WireError, type WireRequest } from '../../../../../src/http/connection/connection.ts';
import { RequestWriter } from '../../../../../src/http/connection/fast/requestWriter.ts';

const defaults = ['accept', '*/*'];
const writer = new RequestWriter('http://h:81');
const request = (parts: Partial<WireRequest> = {}): WireRequest => ({ method: 'GET', path: '/x', headers: defaults, isOneOff: false, memo: null, cookie: null, body: null, ...parts });

it('writes a head with the host, and a length where a server expects one', () => {
  expect(writer.headOf(request()).whole).toBe('GET /x HTTP/1.1\r\nhost: h:81\r\nconnection: keep-alive\r\naccept: */*\r\n\r\n');
  expect(writer.headOf(request({ method: 'POST', cookie: 'a=1' })).whole).toBe('POST /x HTTP/1.1\r\nhost: h:81\r\nconnection: keep-alive\r\naccept: */*\r\ncookie: a=1\r\ncontent-length: 0\r\n\r\n');
});

it('gives the same head for a request that keeps it, and works the rest out once for each list of headers', () => {
  const kept = request({ memo: { head: null } });
  const first = writer.headOf(kept);
  expect(writer.headOf(request({ path: '/y' }))).not.toBe(first);
  expect(writer.headOf(kept)).toBe(first);
  expect(first.whole).toBe(first.whole);
  expect(first.ownAnswers).not.toBeNull();
  const other = writer.headOf(request({ path: '/z' }));
  expect(other.parts).toBe(first.parts);
  expect(other.ownAnswers).toBeNull();
  expect(writer.headOf(request({ method: 'HEAD' })).parts).not.toBe(first.parts);
  expect(writer.headOf(request({ headers: [...defaults] })).parts).not.toBe(first.parts);
});

describe('heads that are not kept', () => {
  const many = 1000;
  let fresh: RequestWriter;
  const staged = (parts: Partial<WireRequest>): string | undefined => fresh.headOf(request(parts)).staged()?.toString('latin1');

  beforeEach(() => {
    fresh = new RequestWriter('http://h:81');
  });

  it('are put together in one piece of memory, once they are many', () => {
    const first = Array.from({ length: many }, (_, at) => staged({ path: `/${at}` }));
    expect(first.findIndex((head) => head !== undefined)).toBe(many - 1);
    for (const path of ['/y', '/item/4711']) expect(staged({ path })).toBe(`GET ${path} HTTP/1.1\r\nhost: h:81\r\nconnection: keep-alive\r\naccept: */*\r\n\r\n`);
    expect(staged({ memo: { head: null } })).toBeUndefined();
    expect(staged({ cookie: 'a=1' })).toBeUndefined();
    expect(staged({ headers: ['x', '1'] })).toBeUndefined();
  });

  it('are put together elsewhere while the system reads the last one', () => {
    for (let at = 1; at < many; at += 1) staged({});
    const head = fresh.headOf(request({ path: '/slow' }));
    const slow = head.staged();
    head.parts.leaveStage();
    expect(staged({ path: '/next' })).toContain('GET /next HTTP/1.1');
    expect(slow?.toString('latin1')).toBe(head.whole);
  });

  it('are so for a few lists of headers', () => {
    const lists = Array.from({ length: 12 }, (_, at) => ['x', String(at)]);
    for (let at = 1; at < many; at += 1) for (const headers of lists) staged({ headers });
    const withStage = (): readonly string[][] => lists.filter((headers) => staged({ headers })?.includes(`x: ${headers[1]}\r\n`) === true);
    const first = withStage();
    expect(first).toHaveLength(8);
    // Those that are used no more make room.
    const others = lists.filter((headers) => !first.includes(headers));
    for (let at = 0; at < 4 * many; at += 1) for (const headers of others) staged({ headers });
    expect(withStage()).toEqual(expect.arrayContaining(others));
    expect(withStage()).toHaveLength(8);
  });
});

it('keeps nothing of headers that were made for one request', () => {
  const headers = ['Host', 'other', 'x', '1', 'y', ['2', '3']];
  const own = writer.headOf(request({ headers, isOneOff: true }));
  expect(own.whole).toBe('GET /x HTTP/1.1\r\nhost: other\r\nconnection: keep-alive\r\nx: 1\r\ny: 2\r\ny: 3\r\n\r\n');
  headers[3] = '2';
  expect(writer.headOf(request({ headers, isOneOff: true })).prefix).toContain('x: 2\r\n');
});

it('knows answers of one method to all its requests', () => {
  const answers = (parts: Partial<WireRequest>): unknown => writer.headOf(request(parts)).parts.answers;
  expect(answers({ path: '/p', headers: ['x', '1'], isOneOff: true })).toBe(answers({ path: '/q' }));
  expect(answers({ method: 'PUT' })).not.toBe(answers({}));
});

it('takes any number of methods and names of headers', () => {
  const wrong = Array.from({ length: 1200 }, (_, at) => at).filter((at) => !writer.headOf(request({ method: `M${at}`, headers: [`x${at}`, '1'], isOneOff: at % 2 === 0 })).whole.includes(`M${at} /x HTTP/1.1`));
  expect(wrong).toEqual([]);
  expect(writer.headOf(request({ method: 'M0' })).whole).toContain('M0 /x');
});

it.each<[string, Partial<WireRequest>]>([
  ['a method that is none', { method: 'GE T' }],
  ['a path with a line break', { path: '/x\r\ny' }],
  ['a path without a slash', { path: 'x' }],
  ['a header name with a colon', { headers: ['a:', 'b'] }],
  ['a value with a line break', { headers: ['a', 'b\r\nc: d'] }],
  ['a value beyond Latin-1', { headers: ['a', '\u20ac'] }],
  ['a transfer coding', { headers: ['Transfer-Encoding', 'chunked'] }],
  ['two hosts', { headers: ['host', 'a', 'Host', 'b'] }],
  ['a length that is no number', { headers: ['content-length', '1x'] }],
  ['an odd connection', { headers: ['connection', 'upgrade'] }],
  ['a cookie with a line break', { cookie: 'a\nb' }],
])('refuses %s', (_, parts) => {
  expect(() => writer.headOf(request(parts))).toThrow(WireError);
});
