import { Answer } from '../../../../src/http/response/answer.ts';
import { PiecedHead } from '../../../../src/http/response/responseHeaders.ts';
import { FailureSamples, sampleText } from '../../../../src/http/response/shownRequests.ts';
import { isSecret, redactText, redactUrl } from '../../../../src/util/redaction.ts';
import { resultOf } from './resultOf.ts';

function answer(body: string | Uint8Array, headers: readonly string[] = []): Answer {
  const made = new Answer(500, new PiecedHead('Internal Server Error', headers.map((text) => Buffer.from(text)), 0));
  made.append(Buffer.from(body));
  return made;
}

describe('secrets', () => {
  it.each(['Authorization', 'proxy-authorization', 'Cookie', 'set-cookie', 'X-Api-Key', 'x-auth-token', 'client_secret', 'access_token', 'password', 'X-CSRF', 'session', 'Idempotency-Key'])('%s is one', (name) => {
    expect(isSecret(name)).toBe(true);
  });

  it.each(['accept', 'content-type', 'keep-alive', 'etag', 'x-request-id', 'page', 'monkey'])('%s is none', (name) => {
    expect(isSecret(name)).toBe(false);
  });

  it('leave URLs', () => {
    expect(redactUrl('http://h/x?page=2&access_token=abc&key=k#f')).toBe('http://h/x?page=2&access_token=[redacted]&key=[redacted]#f');
  });

  it('leave JSON and forms, also where the text is cut off', () => {
    expect(redactText('{"user":"ada","password" : "a\\"b","token":12,"nested":{"api_key":null}}')).toBe('{"user":"ada","password" : "[redacted]","token":"[redacted]","nested":{"api_key":"[redacted]"}}');
    expect(redactText('{"refresh_token":"abcdef')).toBe('{"refresh_token":"[redacted]"');
    expect(redactText('user=ada&password=geheim&page=2')).toBe('user=ada&password=[redacted]&page=2');
  });
});

describe('a sample', () => {
  const request = { method: 'GET', path: '/cart?token=abc', headers: ['accept', '*/*', 'Authorization', 'Bearer xyz', 'x-many', ['1', '2']], isOneOff: true, memo: null, cookie: 'sid=secret', body: null };

  it('shows the request, the answer and the beginning of its body, without secrets', () => {
    const text = sampleText(resultOf({ answer: answer('{"why":"db","secret":"s"}', ['Content-Type', 'application/json', 'Set-Cookie', 'sid=1']), elapsedMs: 12.345, request }), 'HTTPError(…)');
    expect(text).toBe(
      [
        'GET http://h:1/cart?token=[redacted]',
        'HTTPError(…)',
        '500 Internal Server Error, 12.3 ms, 25 bytes of the body',
        '',
        '> accept: */*',
        '> Authorization: [redacted]',
        '> x-many: 1,2',
        '> cookie: [redacted]',
        '< content-type: application/json',
        '< set-cookie: [redacted]',
        '',
        '{"why":"db","secret":"[redacted]"}',
      ].join('\n'),
    );
  });

  it('shows what had come of an answer that broke off', () => {
    const text = sampleText(resultOf({ partial: answer('half of '), error: 'IncompleteRead' }), 'IncompleteRead');
    expect(text).toContain('500 Internal Server Error, 1.0 ms, 8 bytes of the body');
    expect(text).toContain('half of ');
    expect(sampleText(resultOf({}), 'refused')).toContain('no answer, 1.0 ms');
  });

  it('shows 1 KB of a body, and nothing of one that is no text', () => {
    const long = sampleText(resultOf({ answer: answer('x'.repeat(5000)) }), 'e');
    expect(long).toContain(`${'x'.repeat(1024)}… (5000 bytes)`);
    expect(long).not.toContain('x'.repeat(1025));
    expect(sampleText(resultOf({ answer: answer(Buffer.from([1, 0, 2])) }), 'e')).toContain('(3 bytes that are no text)');
  });

  it('names the call that a redirect came from', () => {
    expect(sampleText(resultOf({ method: 'POST', name: '/login' }), 'e')).toContain('(after a redirect of POST /login)');
  });
});

describe('FailureSamples', () => {
  function taking(perKind: number): { readonly samples: FailureSamples; readonly traces: string[] } {
    const traces: string[] = [];
    return { samples: new FailureSamples(perKind, ({ trace }) => traces.push(trace)), traces };
  }

  it('takes the first few of each kind, with traces that say the same on every thread', () => {
    const { samples, traces } = taking(2);
    for (let round = 0; round < 5; round += 1) {
      samples.record(resultOf({}), 'refused');
      samples.record(resultOf({}), 'reset');
    }
    expect(traces).toEqual(['Failure sample 1 of GET /x: refused', 'Failure sample 1 of GET /x: reset', 'Failure sample 2 of GET /x: refused', 'Failure sample 2 of GET /x: reset']);
  });

  it('begins anew with each run', () => {
    const { samples, traces } = taking(1);
    samples.record(resultOf({}), 'refused');
    samples.reset();
    samples.record(resultOf({}), 'refused');
    expect(traces).toHaveLength(2);
  });

  it('stops telling kinds apart at 500, and keeps to those it knows', () => {
    const { samples, traces } = taking(2);
    for (let kind = 0; kind < 600; kind += 1) samples.record(resultOf({}), `error ${kind}`);
    expect(traces).toHaveLength(500);
    samples.record(resultOf({}), 'error 3');
    samples.record(resultOf({}), 'error 599');
    expect(traces).toHaveLength(501);
  });
});
