import { decodeMessage } from '../../src/protocol/wire/codec.ts';
import { bytesOfHex, readGolden, revive } from './goldenFile.ts';

type Case = { name: string; hex: string; type: string; data: unknown };

const { cases } = readGolden('masterFrames.json') as { cases: Case[] };
const known = ['ack', 'spawn', 'stop', 'quit', 'heartbeat', 'reconnect', 'spawning_complete', 'update_user_class', 'locustfile'];

function caseNamed(name: string): Case {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no golden frame named ${name}`);
  return found;
}

function decodedOf(name: string): unknown {
  const decoded = decodeMessage(bytesOfHex(caseNamed(name).hex));
  return decoded.ok ? decoded.message : decoded.reason;
}

test('the golden frames hold every message of a master', () => {
  expect(known.filter((type) => !cases.some((one) => one.type === type))).toEqual([]);
});

test.each(cases)('a master’s frame "$name" is understood', ({ hex, type }) => {
  const decoded = decodeMessage(bytesOfHex(hex));
  const expected = known.includes(type) ? { type } : { type: 'custom', name: type };
  expect(decoded).toMatchObject({ ok: true, message: expected });
});

test('an ack carries the index, and none from old masters', () => {
  expect(decodedOf('ack 1')).toEqual({ type: 'ack', data: { index: 0 } });
  expect(decodedOf('ack 2')).toEqual({ type: 'ack', data: { index: null } });
  expect(decodedOf('ack 3')).toEqual({ type: 'ack', data: { index: null } });
});

test('a spawn with everything a team can put into its options', () => {
  const data = revive(caseNamed('spawn 1').data) as Record<string, unknown>;
  expect(decodedOf('spawn 1')).toEqual({
    type: 'spawn',
    data: {
      timestamp: 1700000000.250001,
      user_classes_count: { Alpha: 2, Beta: 1 },
      host: 'http://target:8080',
      stop_timeout: 3,
      parsed_options: data['parsed_options'],
    },
  });
});

test('the options arrive with their types', () => {
  const { rich, ...options } = revive((caseNamed('spawn 1').data as Record<string, never>)['parsed_options']) as Record<string, unknown>;
  expect(options).toMatchObject({ tags: ['slow', 'read'], exclude_tags: null, users: 50, api_key: 'secret', headless: false });
  expect(options['odd keys']).toEqual({ null: 1, true: 2, [String(2n ** 60n)]: 3, raw: 4, '(1, 2)': 5 });
  expect(rich).toMatchObject({
    huge: [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 53n), -(2n ** 63n)],
    when: new Date('2026-08-22T10:11:12.345Z'),
    'integer keys': { 1: 'one', '-7': 'minus seven', 1700000000: { deep: [] } },
  });
});

test('a spawn of a master that has neither host, stop timeout nor options', () => {
  expect(decodedOf('spawn 4')).toEqual({
    type: 'spawn',
    data: {
      timestamp: 1700000000.250001,
      user_classes_count: { Alpha: 0, Beta: 0 },
      host: null,
      stop_timeout: null,
      parsed_options: {},
    },
  });
});

test('update_user_class parts the name and the tasks from the attributes', () => {
  expect(decodedOf('update_user_class 1')).toEqual({
    type: 'update_user_class',
    data: {
      user_class_name: 'Alpha',
      tasks: ['idle'],
      attributes: { host: '', weight: 2, fixed_count: 0, colour: 'red' },
    },
  });
});

test('spawning_complete carries the total', () => {
  expect(decodedOf('spawning_complete 1')).toEqual({ type: 'spawning_complete', data: { user_count: 3 } });
});

test('locustfile carries the sources, or an error', () => {
  expect(decodedOf('locustfile 1')).toEqual({
    type: 'locustfile',
    data: { locustfiles: ['https://localhost/a.py', { filename: 'scenario.py', contents: "print('Grüße')\n" }] },
  });
  expect(decodedOf('locustfile 2')).toMatchObject({ data: { error: expect.stringContaining('missing.py') as string } });
});

test.each(['test data 1', 'just a list 1', 'just a time 1'])('custom data "%s" keeps its values', (name) => {
  const { type, data } = caseNamed(name);
  expect(decodedOf(name)).toEqual({ type: 'custom', name: type, data: revive(data) });
});
