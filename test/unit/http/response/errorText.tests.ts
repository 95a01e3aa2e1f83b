import { failureText, statusErrorText } from '../../../../src/http/response/errorText.ts';

/** As repr() of requests' HTTPError, recorded from Locust 2.47. */
describe('statusErrorText', () => {
  it.each([
    [404, 'Not Found', '/x', `HTTPError('404 Client Error: Not Found for url: /x')`],
    [503, 'Service Unavailable', '/x', `HTTPError('503 Server Error: Service Unavailable for url: /x')`],
    [404, "it's gone", '/r404', `HTTPError("404 Client Error: it's gone for url: /r404")`],
    [404, "it's gone", `it's "x"`, `HTTPError('404 Client Error: it\\'s gone for url: it\\'s "x"')`],
    [404, '', 'a\\b\n\u0007', `HTTPError('404 Client Error:  for url: a\\\\b\\n\\x07')`],
  ])('writes %s as Python does', (status, reason, name, text) => {
    expect(statusErrorText(status, reason, name)).toBe(text);
  });
});

describe('failureText', () => {
  const scene = { host: 'shop:8080', hasAnswer: false, timeouts: { headersMs: 60_000, bodyMs: 30_000, connectMs: 1500 } };
  const coded = (code: string, message = 'm', more: object = {}): Error => Object.assign(new Error(message), { code }, more);

  it.each([
    [coded('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.7:8080'), 'ConnectionRefusedError: connect ECONNREFUSED shop:8080'],
    [coded('ECONNRESET', 'read ECONNRESET', { syscall: 'read' }), 'ConnectionResetError: read ECONNRESET'],
    [coded('EPIPE'), 'BrokenPipeError: write EPIPE'],
    [coded('ENOTFOUND'), 'NameResolutionError: getaddrinfo ENOTFOUND shop'],
    [coded('EAI_AGAIN'), 'NameResolutionError: getaddrinfo EAI_AGAIN shop'],
    [coded('UND_ERR_CONNECT_TIMEOUT'), 'ConnectTimeout: connect shop:8080 took more than 1.5 s'],
    [coded('UND_ERR_HEADERS_TIMEOUT'), 'TimeoutError: no answer within 60 s'],
    [coded('UND_ERR_BODY_TIMEOUT'), 'TimeoutError: no data of the body for 30 s'],
    [coded('UND_ERR_SOCKET', 'other side closed'), 'RemoteDisconnected: the server closed the connection without an answer'],
    [coded('UND_ERR_SOCKET', 'bad response'), 'ConnectionError: bad response: 100 Continue to a request that did not ask for it'],
    [coded('HPE_INVALID_CONSTANT', 'Response does not match the HTTP/1.1 protocol (Expected HTTP/)', { name: 'HTTPParserError' }), 'HTTPParseError: Response does not match the HTTP/1.1 protocol (Expected HTTP/)'],
    [coded('EHOSTUNREACH', 'connect EHOSTUNREACH 10.0.0.7:8080 - Local (10.0.0.2:54321)', { syscall: 'connect' }), 'OSError: connect EHOSTUNREACH shop:8080'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), 'SSLError: self-signed certificate'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca'), 'SSLError: self-signed certificate'],
    [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'), 'SSLError: unable to verify the first certificate'],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER', '80ECEC267E7F0000:error:0A00010B:SSL routines:x:wrong version number:y.c:350:\n', { reason: 'wrong version number' }), 'SSLError: wrong version number'],
    [coded('UND_ERR_ODD', 'odd', { name: 'OddError' }), 'OddError: odd'],
    [new RangeError('odd'), 'RangeError: odd'],
  ])('%p', (error, text) => {
    expect(failureText(error, scene)).toBe(text);
  });

  it('tells an answer that broke off from one that never came', () => {
    expect(failureText(coded('UND_ERR_SOCKET', 'other side closed'), { ...scene, hasAnswer: true })).toBe(
      'IncompleteRead: the server closed the connection before the end of the body',
    );
  });

  it('names the host of an error of several addresses, which has no message', () => {
    const several = Object.assign(new AggregateError([new Error('a')], ''), { code: 'ETIMEDOUT' });
    expect(failureText(several, scene)).toBe('AggregateError: connect ETIMEDOUT shop:8080');
  });
});
