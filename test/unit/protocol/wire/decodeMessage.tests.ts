import { decodeMessage, maxFrameBytes } from '../../../../src/protocol/wire/codec.ts';
import type { Decoded } from '../../../../src/protocol/wire/codec.ts';
import { maxIncomingDepth, maxIncomingValues } from '../../../../src/protocol/wire/decoder.ts';
import { encodeValue } from '../../../../src/protocol/wire/encoder.ts';

function heard(type: unknown, data: unknown): Decoded {
  return decodeMessage(encodeValue([type, data, 'node'], 10_000_000));
}

function reasonOf(decoded: Decoded): string {
  return decoded.ok ? 'accepted' : `${decoded.kind}: ${decoded.reason}`;
}

function ofHex(hex: string): Decoded {
  return decodeMessage(new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex')));
}

const spawn = {
  timestamp: 1700000000.000001,
  user_classes_count: { A: 1, B: 0 },
  host: 'http://localhost',
  stop_timeout: 1.5,
  parsed_options: { users: 1 },
};

test.each(['stop', 'quit', 'heartbeat', 'reconnect'])('%s is understood whatever its data', (type) => {
  for (const data of [null, {}, 1, 'x']) expect(heard(type, data)).toEqual({ ok: true, message: { type } });
});

test.each([
  [null, null],
  [{}, null],
  [{ index: null }, null],
  [{ index: 7 }, 7],
  [{ index: 0, later: 'field' }, 0],
])('ack %j has the index %p', (data, index) => {
  expect(heard('ack', data)).toEqual({ ok: true, message: { type: 'ack', data: { index } } });
});

test('a spawn keeps its timestamp to the last bit', () => {
  expect(heard('spawn', spawn)).toEqual({ ok: true, message: { type: 'spawn', data: spawn } });
});

test.each([
  [{ stop_timeout: null }, { stop_timeout: null }],
  [{ stop_timeout: undefined }, { stop_timeout: null }],
  [{ stop_timeout: -1 }, { stop_timeout: 0 }],
  [{ host: null }, { host: null }],
  [{ host: undefined }, { host: null }],
  [{ host: '' }, { host: '' }],
  [{ parsed_options: null }, { parsed_options: {} }],
  [{ parsed_options: { a: [1, [new Date(0)]], b: { c: 2n ** 60n } } }, { parsed_options: { a: [1, [new Date(0)]], b: { c: 2n ** 60n } } }],
  [{ user_classes_count: {} }, { user_classes_count: {} }],
  [{ user_classes_count: { constructor: 2, toString: 1 } }, { user_classes_count: { constructor: 2, toString: 1 } }],
])('spawn tolerates %p', (given, taken) => {
  expect(heard('spawn', { ...spawn, ...given })).toEqual({ ok: true, message: { type: 'spawn', data: { ...spawn, ...taken } } });
});

test.each([
  [{ timestamp: undefined }, 'expected "timestamp" to be a finite number, came nil'],
  [{ timestamp: '1' }, 'expected "timestamp" to be a finite number, came the text "1"'],
  [{ user_classes_count: undefined }, 'expected "user_classes_count" to be a map, came nil'],
  [{ user_classes_count: [] }, 'expected "user_classes_count" to be a map, came an array of 0'],
  [{ user_classes_count: { A: -1 } }, 'expected the count of "A" to be a whole number of 0 or more, came the number -1'],
  [{ user_classes_count: { A: 1.5 } }, 'expected the count of "A" to be a whole number of 0 or more, came the number 1.5'],
  [{ user_classes_count: { A: null } }, 'expected the count of "A" to be a whole number of 0 or more, came nil'],
  [{ user_classes_count: { A: 2n ** 60n } }, `expected the count of "A" to be a whole number of 0 or more, came the number ${2n ** 60n}`],
  [{ host: 5 }, 'expected "host" to be a text or nil, came the number 5'],
  [{ stop_timeout: 'soon' }, 'expected "stop_timeout" to be a finite number, came the text "soon"'],
  [{ parsed_options: 'x'.repeat(50) }, `expected "parsed_options" to be a map, came the text "${'x'.repeat(40)}…"`],
])('a spawn with %p is refused', (given, reason) => {
  expect(reasonOf(heard('spawn', { ...spawn, ...given }))).toBe(`bad-spawn: spawn: ${reason}`);
});

test.each([null, 5, 'text', [1], new Uint8Array(3), new Date(0), true])('spawn data %p is refused', (data) => {
  expect(reasonOf(heard('spawn', data))).toMatch(/^bad-spawn: spawn: expected data to be a map, came /);
});

test('a timestamp or stop timeout that is NaN or infinite is refused', () => {
  for (const key of ['timestamp', 'stop_timeout'] as const) {
    for (const float of ['7ff8000000000000', '7ff0000000000000']) {
      const frame = Buffer.from(encodeValue(['spawn', { ...spawn, [key]: 0.5 }, 'n'], 1000)).toString('hex');
      expect(reasonOf(ofHex(frame.replace('3fe0000000000000', float)))).toMatch(/to be a finite number/);
    }
  }
});

test.each([
  ['ack', 'x', 'expected data to be a map, came the text "x"'],
  ['ack', { index: 'x' }, 'expected "index" to be a whole number of 0 or more, came the text "x"'],
  ['spawning_complete', null, 'expected data to be a map, came nil'],
  ['spawning_complete', {}, 'expected "user_count" to be a whole number of 0 or more, came nil'],
  ['update_user_class', {}, 'expected "user_class_name" to be a text, came nil'],
  ['update_user_class', { user_class_name: 'A', tasks: [1] }, 'expected "tasks" to be a list of texts or nil, came an array of 1'],
  ['locustfile', {}, 'expected "locustfiles" to be a list, came nil'],
  ['locustfile', { locustfiles: [5] }, 'expected each of "locustfiles" to be a map, came the number 5'],
  ['locustfile', { locustfiles: [{ filename: 'a.py' }] }, 'expected "contents" to be a text, came nil'],
  ['locustfile', { locustfiles: [{ contents: '' }] }, 'expected "filename" to be a text, came nil'],
])('%s with %j is refused', (type, data, reason) => {
  expect(reasonOf(heard(type, data))).toBe(`bad-${type}: ${type}: ${reason}`);
});

test('update_user_class without tasks leaves them alone', () => {
  expect(heard('update_user_class', { user_class_name: 'A', host: null })).toEqual({
    ok: true,
    message: { type: 'update_user_class', data: { user_class_name: 'A', tasks: null, attributes: { host: null } } },
  });
});

test.each([[null], [5], ['text'], [[1, 'two', null]], [{ a: { b: [] } }], [true], [new Date(1)], [new Uint8Array([1])]])(
  'an unknown type is a custom message with the data %p',
  (data) => {
    expect(heard('test_users', data)).toEqual({ ok: true, message: { type: 'custom', name: 'test_users', data } });
  },
);

test.each([
  ['', 'not-msgpack: expected one msgpack value, came 0 bytes: the bytes end in the middle of a value'],
  ['93', 'not-msgpack: expected one msgpack value, came 1 bytes: more elements declared than there are bytes'],
  ['93 a4 73746f70 c0', 'not-msgpack: expected one msgpack value, came 7 bytes: the bytes end in the middle of a value'],
  ['93 a4 73746f70 c0 a0 00 00', 'not-msgpack: expected one msgpack value, came 10 bytes: 2 bytes too many'],
  ['c1', 'not-msgpack: expected one msgpack value, came 1 bytes: Unrecognized type byte: 0xc1'],
  ['c0', 'not-a-message: expected an array of 3 [type, data, node id], came nil'],
  ['80', 'not-a-message: expected an array of 3 [type, data, node id], came a map'],
  ['92 a4 73746f70 c0', 'not-a-message: expected an array of 3 [type, data, node id], came an array of 2'],
  ['94 a4 73746f70 c0 a0 c0', 'not-a-message: expected an array of 3 [type, data, node id], came an array of 4'],
  ['93 c4 04 73746f70 c0 a0', 'not-a-message: expected a text as the message\'s type, came 4 bytes'],
  ['93 05 c0 a0', 'not-a-message: expected a text as the message\'s type, came the number 5'],
  ['93 a1 78 81 a9 5f5f70726f746f5f5f 01 a0', 'not-msgpack: expected one msgpack value, came 16 bytes: The key __proto__ is not allowed'],
])('the frame %s is refused', (hex, reason) => {
  expect(reasonOf(ofHex(hex))).toBe(reason);
});

test('64-bit integers, bytes and extensions are data like any other', () => {
  const uint64 = 'cf ffffffffffffffff';
  const small = 'd3 ffffffffffffffff';
  const timestamp = 'd6 ff 00000001';
  const badTimestamp = 'd5 ff 0001';
  const extension = 'c7 02 05 aabb';
  expect(ofHex(`93 a1 78 95 ${uint64} ${small} ${timestamp} ${badTimestamp} ${extension} a0`)).toEqual({
    ok: true,
    message: {
      type: 'custom',
      name: 'x',
      data: [
        2n ** 64n - 1n,
        -1,
        new Date(1000),
        { extType: -1, bytes: new Uint8Array([0, 1]) },
        { extType: 5, bytes: new Uint8Array([0xaa, 0xbb]) },
      ],
    },
  });
});

test('bytes are a copy, so that the frame can go', () => {
  const frame = encodeValue(['x', { bytes: new Uint8Array([1, 2]) }, 'n'], 1000);
  const decoded = decodeMessage(Buffer.from(frame));
  expect(decoded).toMatchObject({ message: { data: { bytes: new Uint8Array([1, 2]) } } });
  const data = decoded.ok && decoded.message.type === 'custom' ? (decoded.message.data as { bytes: Uint8Array }) : null;
  expect(data?.bytes.buffer.byteLength).toBe(2);
  expect(Buffer.isBuffer(data?.bytes)).toBe(false);
});

test.each([
  ['no text beside it', '81', '', { __datetime__: true }],
  ['a text that is no time', '82', `a6${Buffer.from('as_str').toString('hex')}a378797a`, { __datetime__: true, as_str: 'xyz' }],
])('a map that looks like a datetime but has %s stays a map', (_what, header, rest, data) => {
  const key = Buffer.from('__datetime__').toString('hex');
  expect(ofHex(`93 a1 78 ${header} ac ${key} c3 ${rest} a0`)).toEqual({ ok: true, message: { type: 'custom', name: 'x', data } });
});

test('a frame above the bound is refused unread', () => {
  expect(reasonOf(decodeMessage(new Uint8Array(maxFrameBytes + 1)))).toBe(
    `oversized: expected at most ${maxFrameBytes} bytes, came ${maxFrameBytes + 1}`,
  );
});

test('nesting is bounded', () => {
  const nested = (levels: number): Uint8Array => {
    const body = Buffer.concat([Buffer.alloc(levels, 0x91), Buffer.from([0xc0])]);
    return Buffer.concat([Buffer.from('93a178', 'hex'), body, Buffer.from('a0', 'hex')]);
  };
  expect(decodeMessage(nested(maxIncomingDepth - 1)).ok).toBe(true);
  expect(reasonOf(decodeMessage(nested(maxIncomingDepth)))).toMatch(/: nested deeper than 512 levels$/);
  expect(reasonOf(decodeMessage(nested(1_000_000)))).toMatch(/: nested deeper than 512 levels$/);
});

test.each(['dd ffffffff', 'df ffffffff', 'dc ffff', 'de ffff'])('a header %s without the elements is refused', (header) => {
  expect(reasonOf(ofHex(`93 a1 78 ${header} c0`))).toMatch(/: more (elements declared than there are bytes|than \d+ values)$/);
});

test('the number of values is bounded', () => {
  const count = maxIncomingValues + 1;
  const header = Buffer.from(`93a178dd${count.toString(16).padStart(8, '0')}`, 'hex');
  const frame = Buffer.concat([header, Buffer.alloc(count, 0xc0), Buffer.from('a0', 'hex')]);
  expect(reasonOf(decodeMessage(frame))).toMatch(new RegExp(`: more than ${maxIncomingValues} values$`));
});

test('the one file of Locust 2.30 is a list of one', () => {
  const sent = (data: unknown): unknown => decodeMessage(encodeValue(['locustfile', data, 'n'], 1000));
  const files = [{ filename: 'a.py', contents: 'x = 1' }];
  for (const data of [files[0], { locustfiles: files }]) expect(sent(data)).toEqual({ ok: true, message: { type: 'locustfile', data: { locustfiles: files } } });
});
