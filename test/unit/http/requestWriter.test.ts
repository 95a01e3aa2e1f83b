import type { WireRequest } from '../../../src/http/connection/connection.ts';
import { RequestWriter } from '../../../src/http/connection/fast/requestWriter.ts';
import { WireError } from '../../../src/http/connection/wireErrors.ts';

const defaults = ['accept', '*/*'];
const writer = new RequestWriter('http://h:81', defaults);
const request = (parts: Partial<WireRequest> = {}): WireRequest => ({ method: 'GET', path: '/x', headers: defaults, cookie: null, body: null, ...parts });

it('writes a head with the host, and a length where a server expects one', () => {
  expect(writer.headOf(request()).whole).toBe('GET /x HTTP/1.1\r\nhost: h:81\r\nconnection: keep-alive\r\naccept: */*\r\n\r\n');
  expect(writer.headOf(request({ method: 'POST', cookie: 'a=1' })).whole).toBe('POST /x HTTP/1.1\r\nhost: h:81\r\nconnection: keep-alive\r\naccept: */*\r\ncookie: a=1\r\ncontent-length: 0\r\n\r\n');
});

it('gives the same head for the same request, also after others, and keeps those with headers of their own apart', () => {
  const first = writer.headOf(request());
  expect(writer.headOf(request({ path: '/y' }))).not.toBe(first);
  expect(writer.headOf(request())).toBe(first);
  const own = writer.headOf(request({ headers: ['Host', 'other', 'x', '1', 'y', ['2', '3']] }));
  expect(own.whole).toBe('GET /x HTTP/1.1\r\nhost: other\r\nconnection: keep-alive\r\nx: 1\r\ny: 2\r\ny: 3\r\n\r\n');
  expect(own.cache).toBeNull();
});

it('keeps those that came first when paths never end, and begins anew in the end', () => {
  const many = new RequestWriter('http://h', defaults);
  const first = many.headOf(request({ path: '/0' }));
  for (let at = 1; at < 5000; at += 1) many.headOf(request({ path: `/${at}` }));
  expect(many.headOf(request({ path: '/0' }))).toBe(first);
  for (let at = 5000; at < 21_000; at += 1) many.headOf(request({ path: `/${at}` }));
  expect(many.headOf(request({ path: '/0' }))).not.toBe(first);
  expect(many.headOf(request({ path: '/0' }))).toEqual(first);
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
