import { nextTarget } from '../../../../src/http/request/redirects.ts';

const post = { method: 'POST', path: '/a/b?c', headers: ['authorization', 'x', 'content-type', 'y', 'accept', 'z'], isOneOff: false, memo: null, cookie: 'jar=1', body: 'data' };

describe('nextTarget', () => {
  it.each([
    [301, 'POST', 'GET'],
    [301, 'PUT', 'PUT'],
    [302, 'POST', 'GET'],
    [302, 'PUT', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'DELETE', 'DELETE'],
  ])('after %i a %s becomes a %s', (status, method, next) => {
    expect(nextTarget(status, '/t', 'http://h', { ...post, method }).request.method).toBe(next);
  });

  it('drops body and its headers unless the status keeps them', () => {
    expect(nextTarget(302, '/t', 'http://h', post).request).toMatchObject({ body: null, headers: ['authorization', 'x', 'accept', 'z'] });
    expect(nextTarget(307, '/t', 'http://h', post).request).toMatchObject({ body: 'data', headers: post.headers });
  });

  it('keeps nothing of the request that was answered, and says when its headers are another list', () => {
    const kept = { ...post, memo: { head: {} } };
    expect(nextTarget(307, '/t', 'http://h', kept).request).toMatchObject({ memo: null, isOneOff: false });
    expect(nextTarget(302, '/t', 'http://h', kept).request).toMatchObject({ memo: null, isOneOff: true });
  });

  it.each([
    ['t', 'http://h', '/a/t'],
    ['?d', 'http://h', '/a/b?d'],
    ['//other/t#f', 'http://other', '/t'],
    ['https://other', 'https://other', '/'],
    [Buffer.from('/é').toString('latin1'), 'http://h', '/%C3%A9'],
    ['/\xe9', 'http://h', '/%C3%A9'],
  ])('resolves %s', (location, origin, path) => {
    expect(nextTarget(307, location, 'http://h', post)).toMatchObject({ origin, request: { path } });
  });

  it('takes no credentials to another origin', () => {
    const headers = ['authorization', 'x', 'Proxy-Authorization', 'p', 'Host', 'virtual', 'accept', 'z'];
    for (const other of ['http://other/', 'http://h:81/', 'https://h:444/', 'http://sub.h/']) {
      expect([other, nextTarget(307, other, 'http://h', { ...post, headers }).request.headers]).toEqual([other, ['accept', 'z']]);
    }
    expect(nextTarget(307, '/t', 'http://h', { ...post, headers }).request.headers).toEqual(headers);
    expect(nextTarget(307, 'http://h/', 'https://h', { ...post, headers }).request.headers).toEqual(['accept', 'z']);
  });

  it('takes credentials along where the same host goes over to TLS', () => {
    expect(nextTarget(307, 'https://h/', 'http://h', post).request.headers).toEqual(post.headers);
  });

  it.each(['http://user:secret@other/x', 'http://user@other/x', 'http://:p%zz@other/x'])('follows %s without its credentials, as Locust does', (location) => {
    expect(nextTarget(302, location, 'http://h', post)).toMatchObject({ origin: 'http://other', request: { path: '/x', headers: ['accept', 'z'] } });
  });

  it('leaves cookies written by hand behind: the jar says what goes on', () => {
    const headers = ['Cookie', 'hand=1', 'accept', 'z'];
    expect(nextTarget(307, '/t', 'http://h', { ...post, headers }).request).toMatchObject({ headers: ['accept', 'z'], cookie: null });
  });

  it.each(['ftp://h/x', 'http://', 'mailto:a'])('throws for %s', (location) => {
    expect(() => nextTarget(302, location, 'http://h', post)).toThrow();
  });
});
