import fc from 'fast-check';
import { decodeMessage, encodeMessage } from '../../../../src/protocol/wire/codec.ts';
import { decodeValue } from '../../../../src/protocol/wire/decoder.ts';
import { encodeValue } from '../../../../src/protocol/wire/encoder.ts';
import { BoomerError } from '../../../../src/util/boomerError.ts';

// The same cases on every run; another seed is another search.
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 2026) });

const maxBytes = 1_000_000;

/** Names that neither side gives a meaning to. */
const freeName = fc.string({ unit: 'binary' }).map((text) => `x-${text}`.toWellFormed());

/** Keys that a map can have on the way back: `__proto__` is refused, reserved keys mean other things. */
const freeKey = fc.string({ unit: 'binary' }).filter((key) => !['__proto__', '__datetime__', '__ObjectId__'].includes(key));

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const bigInteger = fc
  .oneof(fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }), fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }));
const date = fc.date({ min: new Date('0001-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });

/** Values that come back as they went. */
const { plain } = fc.letrec((tie) => ({
  plain: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    number,
    bigInteger,
    fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
    fc.uint8Array(),
    date,
    fc.array(tie('plain'), { maxLength: 20 }),
    fc.dictionary(freeKey, tie('plain'), { noNullPrototype: true }),
  ),
}));

test('what can be sent comes back equal', () => {
  fc.assert(
    fc.property(freeName, plain, (name, data) => {
      const decoded = decodeMessage(encodeMessage({ type: 'custom', name, data }, 'node'));
      expect(decoded).toEqual({ ok: true, message: { type: 'custom', name, data } });
    }),
    { numRuns: 1000 },
  );
});

test('a Map comes back with its keys as texts', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(fc.maxSafeInteger(), fc.nat()), { selector: ([key]) => key }), (entries) => {
      expect(decodeValue(encodeValue(new Map(entries), maxBytes))).toEqual(
        Object.fromEntries(entries.map(([key, value]) => [String(key), value])),
      );
    }),
  );
});

test('garbage is refused or understood, never thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const decoded = decodeMessage(bytes);
      if (decoded.ok) expect(typeof decoded.message.type).toBe('string');
      else expect(decoded.reason.length).toBeGreaterThan(10);
    }),
    { numRuns: 5000 },
  );
});

test('garbage as the data of any type is refused or understood, never thrown', () => {
  const types = ['ack', 'spawn', 'stop', 'spawning_complete', 'update_user_class', 'locustfile', 'custom'];
  const field = fc.constantFrom(
    'index', 'timestamp', 'user_classes_count', 'host', 'stop_timeout', 'parsed_options', 'user_count', 'user_class_name', 'tasks',
    'locustfiles', 'error',
  );
  const data = fc.oneof(plain, fc.dictionary(field, fc.oneof(plain, fc.dictionary(freeKey, plain))));
  fc.assert(
    fc.property(fc.constantFrom(...types), data, (type, value) => {
      const decoded = decodeMessage(encodeValue([type, value, 'node'], maxBytes));
      if (!decoded.ok) expect([decoded.kind, decoded.reason.startsWith(`${type}: expected `)]).toEqual([`bad-${type}`, true]);
    }),
    { numRuns: 2000 },
  );
});

test('a frame with one byte changed, dropped or added is never thrown at', () => {
  const frames = [
    encodeValue(['spawn', { timestamp: 1.5, user_classes_count: { A: 1 }, host: null, stop_timeout: null, parsed_options: { a: [1, 'b'] } }, 'n'], maxBytes),
    encodeValue(['x', { d: new Date(0), b: new Uint8Array(40), big: 2n ** 63n, deep: [[[{}]]] }, 'n'], maxBytes),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...frames), fc.nat(), fc.nat(255), fc.constantFrom(0, 1, 2), (frame, at, byte, removed) => {
      const index = at % frame.length;
      const broken = Buffer.concat([frame.subarray(0, index), Buffer.from([byte]), frame.subarray(index + removed)]);
      expect(typeof decodeMessage(broken).ok).toBe('boolean');
    }),
    { numRuns: 5000 },
  );
});

test('whatever a user hands in is one well-formed message or refused with a BoomerError', () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    stringUnit: 'binary',
    key: fc.oneof(freeKey, fc.constantFrom('__datetime__', '__ObjectId__', 'as_str', 'toJSON', 'constructor')),
  });
  let sent = 0;
  fc.assert(
    fc.property(anything, (data) => {
      let frame: Uint8Array;
      try {
        frame = encodeMessage({ type: 'custom', name: 'mine', data }, 'node');
      } catch (error) {
        expect(error).toBeInstanceOf(BoomerError);
        return;
      }
      sent += 1;
      expect(decodeMessage(frame)).toMatchObject({ ok: true, message: { type: 'custom', name: 'mine' } });
    }),
    { numRuns: 5000 },
  );
  expect(sent).toBeGreaterThan(2500);
});
