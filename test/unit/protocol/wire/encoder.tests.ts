import { encodeMessage, maxCustomBytes } from '../../../../src/protocol/wire/codec.ts';
import { decodeValue } from '../../../../src/protocol/wire/decoder.ts';
import { EncodedValue, encodeValue, encodeValueInSteps, maxOutgoingDepth, UnencodableError } from '../../../../src/protocol/wire/encoder.ts';
import { doneAtOnce } from '../../../../src/util/steps.ts';

/** The bytes of `value` in hex. */
function hexOf(value: unknown): string {
  return Buffer.from(encodeValue(value, 1_000_000)).toString('hex');
}

/** What a reader finds for `value`. */
function echo(value: unknown): unknown {
  return decodeValue(encodeValue(value, 1_000_000));
}

function refusalOf(value: unknown, maxBytes: number = 1_000_000): string {
  try {
    encodeValue(value, maxBytes);
  } catch (error) {
    return error instanceof UnencodableError ? error.message : `not refused but thrown: ${String(error)}`;
  }
  return 'not refused';
}

test('a Map is a map whose integer keys stay integers', () => {
  expect(hexOf(new Map([[1, 2], [1700000000, 3]]))).toBe('820102ce6553f10003');
  expect(hexOf(new Map())).toBe('80');
});

test.each([
  [15, '8f'],
  [16, 'de0010'],
  [65_535, 'deffff'],
  [65_536, 'df00010000'],
])('a Map of %i entries has the header %s', (size, header) => {
  const map = new Map(Array.from({ length: size }, (_, index) => [index, null]));
  expect(hexOf(map).slice(0, header.length)).toBe(header);
});

test.each([
  [15, '9f'],
  [16, 'dc0010'],
  [65_536, 'dd00010000'],
])('an array of %i items has the header %s', (size, header) => {
  expect(hexOf(Array.from({ length: size }, () => null)).slice(0, header.length)).toBe(header);
});

test('map keys may be texts, finite numbers, booleans and big integers', () => {
  expect(hexOf(new Map<unknown, number>([['a', 1], [0.5, 2], [true, 3], [2n ** 63n, 4]]))).toBe(
    '84a16101cb3fe000000000000002c303cf800000000000000004',
  );
});

test.each([[{}], [null], [undefined], [NaN], [[1]], [Symbol('key')], [new Date(0)]])('a map key %p is refused', (key) => {
  expect(refusalOf(new Map([[key, 1]]))).toMatch(/^a map key that is neither a string nor a number/);
});

test('numbers that are no numbers are nil', () => {
  expect(hexOf([NaN, Infinity, -Infinity])).toBe('93c0c0c0');
});

test('a whole number is an integer, which Python reads like the float', () => {
  expect(hexOf([2, -0, 1e15])).toBe('930200cf00038d7ea4c68000');
});

test('big integers take the shortest form that holds them, up to 64 bits', () => {
  expect(hexOf([5n, -1n, 2n ** 53n, 2n ** 64n - 1n, -(2n ** 63n)])).toBe(
    '9505ffcf0020000000000000cfffffffffffffffffd38000000000000000',
  );
  expect(refusalOf(2n ** 64n)).toBe('a bigint beyond 64 bits');
  expect(refusalOf(-(2n ** 63n) - 1n)).toBe('a bigint beyond 64 bits');
});

test.each(['short \ud800', `${'long '.repeat(40)}\udc00`])('a lone surrogate in %j becomes U+FFFD', (text) => {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const bytes = encodeValue({ [text]: text }, 10_000);
  expect(strict.decode(bytes.subarray(bytes.length - 3))).toBe('\ufffd');
  expect(echo({ [text]: text })).toEqual({ [text.toWellFormed()]: text.toWellFormed() });
});

test('undefined, functions and symbols are left out of objects and nil elsewhere', () => {
  const nothing = [undefined, () => 1, Symbol('s')];
  expect(echo({ kept: 1, a: nothing[0], b: nothing[1], c: nothing[2] })).toEqual({ kept: 1 });
  expect(echo(nothing)).toEqual([null, null, null]);
  expect(echo(new Map([['key', undefined]]))).toEqual({ key: null });
  expect(echo(undefined)).toBeNull();
});

test('holes of an array are nil', () => {
  const holes: unknown[] = [];
  holes[2] = 1;
  expect(echo(holes)).toEqual([null, null, 1]);
});

test('a Date is a Python datetime in UTC', () => {
  expect(hexOf(new Date('2026-08-22T10:11:12.345Z'))).toBe(hexOf({ __datetime__: true, as_str: '20260822T10:11:12.345000' }));
  expect(hexOf(new Date('0001-01-01T00:00:00Z'))).toBe(hexOf({ __datetime__: true, as_str: '00010101T00:00:00.000000' }));
});

test('a Date that Python cannot hold is no datetime', () => {
  expect(echo([new Date(NaN), new Date(8.64e15), new Date('0000-12-31T00:00:00Z')])).toEqual([
    null,
    '+275760-09-13T00:00:00.000Z',
    '0000-12-31T00:00:00.000Z',
  ]);
});

test.each([
  [{ __datetime__: true }],
  [{ __datetime__: true, as_str: 'yesterday' }],
  [{ __datetime__: true, as_str: '20260230T00:00:00.0' }],
  [{ __datetime__: true, as_str: '20260101T24:00:00.0' }],
  [{ __datetime__: true, as_str: '20260101T00:00:60.0' }],
  [{ __datetime__: true, as_str: '00000101T00:00:00.0' }],
  [{ __datetime__: undefined, as_str: 1, nested: { __datetime__: 0 } }],
  [{ __ObjectId__: true, as_str: 'not hex' }],
  [new Map([['__datetime__', true]])],
  [[{ deep: { __ObjectId__: null } }]],
])('a map %j that would end the master’s receive loop is refused', (value) => {
  expect(refusalOf(value)).toBe('a map with the key __datetime__ or __ObjectId__ but no valid as_str beside it');
});

test.each([
  [{ __datetime__: true, as_str: '20240229T23:59:59.1' }],
  [{ __ObjectId__: true, as_str: '0123456789abcdefABCDEF01' }],
])('a map %j in the form that the master reads is sent', (value) => {
  expect(refusalOf(value)).toBe('not refused');
});

test('bytes of any kind are bytes', () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const all = [bytes, Buffer.from(bytes), new DataView(bytes.buffer), bytes.buffer, new Uint8ClampedArray(bytes)];
  expect(echo(all)).toEqual(all.map(() => bytes));
});

test('a view is sent without its surroundings', () => {
  expect(echo(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).toEqual(new Uint8Array([2, 3]));
});

test('other typed arrays are lists of numbers', () => {
  expect(echo([new Float64Array([0.5, NaN]), new Int16Array([-1]), new BigInt64Array([7n])])).toEqual([[0.5, null], [-1], [7]]);
});

test('objects of JavaScript’s own classes keep what they say', () => {
  expect(
    echo([new Set([1, 'two']), new Error('boom'), /a+/gi, new Number(5), new String('s'), new URL('http://localhost/x')]),
  ).toEqual([[1, 'two'], { name: 'Error', message: 'boom' }, '/a+/gi', 5, 's', 'http://localhost/x']);
});

test('an instance of a class is the map of its own fields', () => {
  class Point {
    x = 1;
    #hidden = 2;
    get sum(): number {
      return this.x + this.#hidden;
    }
  }
  expect(echo(new Point())).toEqual({ x: 1 });
});

test('toJSON is obeyed', () => {
  expect(echo({ toJSON: () => ({ a: [1] }) })).toEqual({ a: [1] });
});

test('data that contains itself is refused', () => {
  const ring: Record<string, unknown> = {};
  ring['self'] = { ring: [new Map([['again', ring]])] };
  expect(refusalOf(ring)).toMatch(/^nested deeper than 100 levels, or containing itself/);
});

test('a toJSON that never ends is refused', () => {
  const endless = { toJSON: (): unknown => ({ ...endless }) };
  expect(refusalOf(endless)).toMatch(/^nested deeper than/);
});

test('the deepest nesting that is allowed', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
  expect(refusalOf(nested(maxOutgoingDepth))).toBe('not refused');
  expect(refusalOf(nested(maxOutgoingDepth + 1))).toMatch(/^nested deeper than/);
});

test('shared parts that unfold beyond all bounds are refused in time', () => {
  let value: unknown = 'leaf';
  for (let level = 0; level < 60; level += 1) value = [value, value];
  expect(refusalOf(value, 100_000)).toBe('more than 100000 bytes');
});

test.each([['text', 'x'.repeat(1001)], ['bytes', new Uint8Array(1001)], ['list', Array.from({ length: 1001 }, () => 1)]])(
  'a %s beyond the bound is refused',
  (_kind, value) => {
    expect(refusalOf(value, 1000)).toBe('more than 1000 bytes');
  },
);

test('a list that grows while it is read is refused', () => {
  const list: unknown[] = [];
  list.push({ toJSON: () => list.push(1) }, 2);
  expect(refusalOf(list)).toBe('a collection that changes while it is read');
});

test('a map that shrinks while it is read is refused', () => {
  const map = new Map<unknown, unknown>();
  map.set('first', { toJSON: () => map.delete('second') }).set('second', 2);
  expect(refusalOf(map)).toBe('a collection that changes while it is read');
});

test('a getter that encodes something itself does not disturb', () => {
  const value = {
    get inner(): string {
      return hexOf(new Map([[1, 2]]));
    },
    after: new Map([[3, 4]]),
  };
  expect(echo(value)).toEqual({ inner: '810102', after: { 3: 4 } });
});

test('a value encoded before is written as it is', () => {
  expect(hexOf([new EncodedValue(encodeValue(new Map([[1, 2]]), 100))])).toBe('91810102');
});

describe('a custom message whose data cannot be sent', () => {
  const send = (data: unknown): Uint8Array => encodeMessage({ type: 'custom', name: 'mine', data }, 'node');

  test('is refused with a code and a reason', () => {
    expect(() => send([2n ** 70n])).toThrow(
      expect.objectContaining({
        code: 'unencodable-message',
        message: 'The data of message "mine" cannot be sent: a bigint beyond 64 bits.',
      }) as Error,
    );
  });

  test('names what the data’s own code threw', () => {
    const thrown = new TypeError('no toJSON today');
    const data = {
      toJSON: (): never => {
        throw thrown;
      },
    };
    expect(() => send(data)).toThrow(
      expect.objectContaining({
        code: 'unencodable-message',
        cause: thrown,
        message: 'The data of message "mine" cannot be sent: TypeError: no toJSON today.',
      }) as Error,
    );
  });

  test('is refused when a revoked proxy is in it', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(() => send({ proxy })).toThrow(expect.objectContaining({ code: 'unencodable-message' }) as Error);
  });

  test('is refused beyond the size that a custom message may have', () => {
    expect(() => send('x'.repeat(maxCustomBytes + 1))).toThrow(`more than ${maxCustomBytes} bytes`);
    expect(send('x'.repeat(maxCustomBytes - 10)).byteLength).toBeGreaterThan(maxCustomBytes);
  });
});

test('what is encoded in steps is the same, byte for byte', () => {
  const rows = Array.from({ length: 100 }, (_, index) => ({ name: `/${index}`, start_time: index / 3, response_times: new Map([[index, 1], [100, 2]]), nothing: null }));
  const values = [rows, new Map(rows.map((row) => [row.name, row])), { stats: rows, left: undefined, errors: new Map(), extra: new EncodedValue(encodeValue([1], 10)) }, new Date(0), 'text', null, new Uint8Array(3)];
  for (const value of [...values, ['stats', values[2], 'id']]) expect(Buffer.from(doneAtOnce(encodeValueInSteps(value)))).toEqual(Buffer.from(encodeValue(value, Infinity)));
  expect([...encodeValueInSteps(['stats', values[2], 'id'])]).toHaveLength(3);
});
