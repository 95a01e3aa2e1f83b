import { Answer, decodeText } from '../../../../src/http/response/answer.ts';
import { joinPieces } from '../../../../src/http/response/bodyPieces.ts';
import { PiecedHead, ResponseHeaders, encodingMark, marksOf, rawHeader, rawHeaders, setCookieMark } from '../../../../src/http/response/responseHeaders.ts';
import { HttpResponse, RequestFailed } from '../../../../src/http/response/httpResponse.ts';
import { resultOf } from './resultOf.ts';

const raw = ['ETag', '"1"', 'Set-Cookie', 'a=1', 'set-cookie', 'b=2', 'X-Latin', 'caf\u00e9'].map((text) => Buffer.from(text, 'latin1'));

describe('ResponseHeaders', () => {
  const headers = new ResponseHeaders(raw);

  it('finds a header whatever its case', () => {
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('x-LATIN')).toBe('caf\u00e9');
    expect(headers.has('ETAG')).toBe(true);
    expect(headers.has('e')).toBe(false);
    expect(headers.get('e')).toBeNull();
  });

  it('joins the lines of one name, and gives them singly', () => {
    expect(headers.get('set-cookie')).toBe('a=1, b=2');
    expect(headers.getAll('Set-Cookie')).toEqual(['a=1', 'b=2']);
    expect(headers.getAll('none')).toEqual([]);
  });

  it('lists names in lower case', () => {
    expect([...headers]).toEqual([['etag', '"1"'], ['set-cookie', 'a=1, b=2'], ['x-latin', 'caf\u00e9']]);
  });

  it('rawHeader finds the first line without decoding the rest', () => {
    expect(rawHeader(raw, 'set-cookie')).toBe('a=1');
    expect(rawHeader(raw, 'none')).toBeNull();
    expect(rawHeaders(raw, 'set-cookie')).toEqual(['a=1', 'b=2']);
  });

  it.each([
    [['Set-Cookie', 'a'], setCookieMark],
    [['set-cookie', 'a', 'CONTENT-ENCODING', 'gzip'], setCookieMark | encodingMark],
    [['content-language', 'en', 'set-cookied', 'a', 'sex-cookie', 'a', 'connection', 'x'], 0],
    [['x', 'set-cookie', 'y', 'content-encoding'], 0],
  ])('marksOf looks at names only: %j', (headers, marks) => {
    expect(marksOf(headers.map((text) => Buffer.from(text)))).toBe(marks);
  });
});

describe('the body of an answer', () => {
  it('is the one piece itself, or all pieces joined', () => {
    const one = Buffer.from('a');
    expect(joinPieces(one, null)).toBe(one);
    expect(Buffer.from(joinPieces(one, [Buffer.from('b'), Buffer.from('c')])).toString()).toBe('abc');
    expect(joinPieces(null, null).byteLength).toBe(0);
  });

  it.each([
    ['no content type', 'é', Buffer.from('é'), null],
    ['UTF-8', 'é', Buffer.from('é'), 'text/html; charset=utf-8'],
    ['Latin-1', 'é', Buffer.from([0xe9]), 'text/html; charset="ISO-8859-1"'],
    ['a charset nobody knows', 'é', Buffer.from('é'), 'text/html; charset=klingon'],
    ['a byte order mark', 'a', Buffer.from([0xef, 0xbb, 0xbf, 0x61]), null],
    ['broken UTF-8', '\ufffd', Buffer.from([0xff]), null],
  ])('is decoded with %s', (_, text, body, contentType) => {
    expect(decodeText(body, contentType)).toBe(text);
  });
});

function answer(status: number, body: string, contentType: string | null): Answer {
  const made = new Answer(status, new PiecedHead('Reason', contentType === null ? [] : [Buffer.from('Content-Type'), Buffer.from(contentType)], 0));
  if (body !== '') made.append(Buffer.from(body));
  return made;
}

describe('HttpResponse', () => {
  const outcome = resultOf({ answer: answer(200, '{"a":1}', null), elapsedMs: 1.5 });

  it('gives the answer', () => {
    const response = new HttpResponse(outcome);
    expect(response).toMatchObject({ status: 200, ok: true, bytes: 7, elapsedMs: 1.5, error: null, url: 'http://h:1/x?y' });
    expect(response.json<{ a: number }>().a).toBe(1);
    expect(response.body).toBe(response.body);
    expect(() => response.raiseForStatus()).not.toThrow();
  });

  it('says why a body is not JSON', () => {
    const html = new HttpResponse({ ...outcome, answer: answer(502, '<html>', 'text/html') });
    expect(() => html.json()).toThrow(/not JSON \(status 502, text\/html\)/u);
    const none = new HttpResponse({ ...outcome, answer: new Answer(), error: 'BrokenPipeError: write EPIPE' });
    expect(() => none.json()).toThrow(/not JSON \(BrokenPipeError: write EPIPE\)/u);
  });

  it('raiseForStatus throws the text of the statistics, with response and cause', () => {
    const cause = new Error('low');
    const response = new HttpResponse({ ...outcome, answer: new Answer(), error: 'why', cause });
    let thrown: unknown;
    try {
      response.raiseForStatus();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RequestFailed);
    expect(thrown).toMatchObject({ name: 'RequestFailed', message: 'why', response, cause });
  });
});

it('a body in many short pieces is the same as in one, whenever it is looked at', () => {
  const pieces = Array.from({ length: 40_000 }, (_, at) => Buffer.from(at % 1000 === 0 ? 'long '.repeat(300) : String(at % 7)));
  const whole = Buffer.concat(pieces);
  const gathered = new Answer();
  pieces.forEach((piece, at) => {
    gathered.append(piece);
    if (at % 9000 === 0) expect(gathered.body().byteLength).toBe(gathered.bytes);
  });
  expect(Buffer.from(gathered.body()).equals(whole)).toBe(true);
  gathered.forgetRest(2000);
  expect([Buffer.from(gathered.body()).equals(whole.subarray(0, 2000)), gathered.bytes]).toEqual([true, whole.byteLength]);
});

describe('a body that was copied out of memory that is overwritten', () => {
  const long = 'abcdefghij'.repeat(100);
  it.each([
    ['short', ['ab'], null],
    ['longer', [long], null],
    ['longer, in UTF-8', [long, 'é', long], null],
    ['longer, in pieces', [long, long, 'x', long], 'text/plain'],
    ['short first', ['ab', long, 'c', 'd', long], 'application/json; charset=UTF-8'],
    ['of another charset', [long, 'é'], 'text/plain; charset=iso-8859-1'],
    ['with a byte order mark', [`\ufeff${long}`], null],
  ])('is whole: %s', (_, pieces, contentType) => {
    const encoding = contentType?.includes('8859') === true ? 'latin1' : 'utf8';
    const made = answer(200, '', contentType);
    const readBuffer = Buffer.alloc(8192);
    for (const piece of pieces) {
      const end = 5 + readBuffer.write(piece, 5, encoding);
      made.copy(readBuffer, 5, end);
      readBuffer.fill(0xff);
    }
    const whole = pieces.join('');
    const bytes = Buffer.from(whole, encoding);
    expect(made.bytes).toBe(bytes.byteLength);
    expect(made.text()).toBe(whole.replace('\ufeff', ''));
    expect(Buffer.from(made.body()).equals(bytes)).toBe(true);
    made.forgetRest(1500);
    expect(Buffer.from(made.body()).equals(bytes.subarray(0, 1500))).toBe(true);
    expect(made.text()).toBe(bytes.subarray(0, 1500).toString(encoding).replace('\ufeff', ''));
  });
});
