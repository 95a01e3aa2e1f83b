import { clientSettings } from '../../../../src/http/clientSettings.ts';
import type { HttpDefaults } from '../../../../src/http/httpDefaults.ts';
import { encodeBody } from '../../../../src/http/request/requestBody.ts';
import { mergeHeaders, OwnHeaders, standardHeaders, withContentType, withoutHeaders } from '../../../../src/http/request/requestHeaders.ts';
import type { FlatHeaders } from '../../../../src/http/request/requestHeaders.ts';
import { checkOptions, timeoutMs } from '../../../../src/http/request/requestOptions.ts';
import type { RequestOptions } from '../../../../src/http/request/requestOptions.ts';
import { undiciEngine } from '../../../../src/http/connection/undici/undiciEngine.ts';

describe('mergeHeaders', () => {
  it('hands the defaults out as they are when there is nothing to add', () => {
    expect(mergeHeaders(standardHeaders, undefined, null)).toBe(standardHeaders);
  });

  it('lets own headers win over defaults whatever their case, and null take one away', () => {
    const merged = mergeHeaders(['user-agent', 'a', 'accept', 'b', 'x', 'c'], { Accept: 'mine', X: null, y: undefined, z: 3 }, null);
    expect(merged).toEqual(['Accept', 'mine', 'z', '3', 'user-agent', 'a']);
  });

  it('adds the content type unless there is one', () => {
    expect(mergeHeaders([], undefined, 'application/json')).toEqual(['content-type', 'application/json']);
    expect(mergeHeaders([], { 'Content-Type': 'own' }, 'application/json')).toEqual(['Content-Type', 'own']);
    expect(mergeHeaders(['content-type', 'default'], undefined, 'application/json')).toEqual(['content-type', 'default']);
  });

  it('takes pairs, and several values of one name', () => {
    expect(mergeHeaders([], new Map([['a', '1']]), null)).toEqual(['a', '1']);
    expect(mergeHeaders([], { a: ['1', '2'] }, null)).toEqual(['a', ['1', '2']]);
  });

  it('withoutHeaders drops names with their values', () => {
    expect(withoutHeaders(['A', 'b', 'B', 'a'], new Set(['a']))).toEqual(['B', 'a']);
    expect(withoutHeaders(standardHeaders, new Set(['cookie']))).toBe(standardHeaders);
  });
});

describe('headers of a user', () => {
  const defaults = ['accept', '*/*', 'cookie', 'a=1'];

  it('are one list with the defaults, until one of them changes', () => {
    const own = new OwnHeaders({ 'x-token': 'one' });
    const first = own.over(defaults, false);
    expect(first).toEqual(['x-token', 'one', 'accept', '*/*', 'cookie', 'a=1']);
    expect([own.over(defaults, false), own.isFixed, own.hasCookie]).toEqual([first, true, true]);
    expect(own.over(defaults, false)).toBe(first);
    const changes: readonly (() => unknown)[] = [
      () => (own.view['X-Token'] = 'two'),
      () => delete own.view['X-TOKEN'],
      () => Object.assign(own.view, { cookie: null, 'x-other': 3 }),
      () => Object.defineProperty(own.view, 'x-defined', { value: '4', enumerable: true }),
    ];
    for (const change of changes) {
      const before = own.over(defaults, false);
      change();
      expect(own.over(defaults, false)).not.toBe(before);
    }
    expect([own.over(defaults, false), own.hasCookie]).toEqual([['x-other', '3', 'x-defined', '4', 'accept', '*/*'], false]);
    expect(own.over(['accept', 'text/html'], false)).toEqual(['x-other', '3', 'x-defined', '4', 'accept', 'text/html']);
  });

  it('carry the credentials of the user to its host alone, over a header of that name, until they are taken back', () => {
    const own = new OwnHeaders({ Authorization: 'by hand' });
    const both = (): unknown => [own.over(defaults, true), own.over(defaults, false)];
    own.authorization = 'Bearer a';
    expect(both()).toEqual([['authorization', 'Bearer a', ...defaults], ['Authorization', 'by hand', ...defaults]]);
    expect(own.over(defaults, false)).toBe(own.over(defaults, false));
    own.authorization = null;
    expect(both()).toEqual([defaults, ['Authorization', 'by hand', ...defaults]]);
    own.authorization = undefined;
    expect(both()).toEqual([['Authorization', 'by hand', ...defaults], ['Authorization', 'by hand', ...defaults]]);
  });

  it('are made anew while one has several values, as these may change in place', () => {
    const values = ['1'];
    const own = new OwnHeaders({ 'x-many': values });
    expect(own.over(defaults, false)).toEqual(['x-many', ['1'], ...defaults]);
    values.push('2');
    expect(own.over(defaults, false)).toEqual(['x-many', ['1', '2'], ...defaults]);
    expect(own.isFixed).toBe(false);
  });
});

it('a frequent content type makes one list of a list', () => {
  const defaults = ['accept', '*/*'];
  expect(withContentType(defaults, 'application/json')).toEqual([...defaults, 'content-type', 'application/json']);
  expect(withContentType(defaults, 'application/json')).toBe(withContentType(defaults, 'application/json'));
  expect(withContentType(defaults, 'text/x')).toEqual([...defaults, 'content-type', 'text/x']);
});

describe('encodeBody', () => {
  it('writes JSON, null included, and passes text and bytes on', () => {
    const bytes = new Uint8Array([1]);
    expect(encodeBody({ json: { a: 1 } })).toEqual({ body: '{"a":1}', contentType: 'application/json', contentLength: null });
    expect(encodeBody({ json: null }).body).toBe('null');
    expect(encodeBody({ body: 'x' }).body).toBe('x');
    expect(encodeBody({ body: bytes }).body).toBe(bytes);
    expect(encodeBody({}).body).toBeNull();
  });

  it('refuses what cannot be sent, with the cause', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const refused = expect.objectContaining({ code: 'bad-request-body' }) as Error;
    expect(() => encodeBody({ json: circle })).toThrow(refused);
    expect(() => encodeBody({ json: () => 1 })).toThrow(refused);
    expect(() => encodeBody({ body: { a: 1 } as unknown as string })).toThrow(/objects go into json/u);
  });
});

describe('options', () => {
  it('names an option that does not exist, and the ones that do', () => {
    expect(() => checkOptions({ verify: false } as RequestOptions)).toThrow(/unknown request option 'verify' \(did you mean static http = \{ tls: \{ rejectUnauthorized: false \} \}\?\)/u);
    expect(() => checkOptions({ data: 1 } as RequestOptions)).toThrow(/unknown request option 'data' \(did you mean form or body\?\): there are name, json, form/u);
    expect(() => checkOptions({ toString: 1 } as unknown as RequestOptions)).toThrow(/toString/u);
  });

  it('refuses two bodies and a name that is no string', () => {
    expect(() => checkOptions({ json: 1, body: 'x' })).toThrow(/both json and body/u);
    expect(() => checkOptions({ name: 3 as unknown as string })).toThrow(/name must be a string/u);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 3e6, '5' as unknown as number])('refuses the timeout %p', (seconds) => {
    expect(() => timeoutMs('timeout', seconds)).toThrow(/seconds above 0/u);
  });

  it('takes seconds for timeouts', () => {
    expect(timeoutMs('timeout', 0.25)).toBe(250);
    expect(timeoutMs('timeout', 0.07)).toBe(70);
    expect(timeoutMs('timeout', 1e-9)).toBe(1);
    expect(clientSettings(null, { networkTimeout: 2, connectionTimeout: 0.5 }, undiciEngine).timeouts).toEqual({ headersMs: 2000, bodyMs: 2000, connectMs: 500 });
  });

  it('limits nothing but silence and connecting by default', () => {
    const settings = clientSettings(null, {}, undiciEngine);
    expect(settings.plainPlans.of('GET', 'http://h/').limitMs).toBeNull();
    expect(settings.timeouts).toEqual({ headersMs: 60_000, bodyMs: 60_000, connectMs: 60_000 });
    expect(settings.poolSettings('http://h').maxConnections).toBe(10);
  });

  it('sends the credentials of the host to the host alone, under the own authorization', () => {
    const headersTo = (origin: string, defaults: HttpDefaults): FlatHeaders => clientSettings('http://a:b@h', defaults, undiciEngine).poolSettings(origin).headers;
    expect(headersTo('http://h', {})).toContain('Basic YTpi');
    expect(headersTo('http://other', {})).not.toContain('Basic YTpi');
    expect(headersTo('http://h', { headers: { Authorization: 'own' } })).not.toContain('Basic YTpi');
    expect(headersTo('http://h', { auth: { bearer: 't' } })).toContain('Bearer t');
    expect(headersTo('http://other', { auth: { bearer: 't' } })).not.toContain('Bearer t');
  });

  it('refuses a servername that is no text, before a socket is open', () => {
    expect(() => clientSettings(null, { tls: { servername: 5 as unknown as string } }, undiciEngine)).toThrow(expect.objectContaining({ code: 'bad-tls' }) as Error);
  });

  it.each([0, 1.5, -1])('refuses the concurrency %p', (concurrency) => {
    expect(() => clientSettings(null, { concurrency }, undiciEngine)).toThrow(/concurrency/u);
  });
});
