import { decodeValue } from '../../../../src/protocol/wire/decoder.ts';
import { encodeMessage } from '../../../../src/protocol/wire/codec.ts';
import type { WorkerMessage } from '../../../../src/protocol/wire/messages.ts';

function said(message: WorkerMessage): unknown {
  return decodeValue(encodeMessage(message, 'host_1'));
}

test.each(['spawning', 'client_stopped', 'quit'] as const)('%s carries nil and the node id', (type) => {
  expect(said({ type })).toEqual([type, null, 'host_1']);
});

test('client_ready says its version, and never an empty one', () => {
  expect(said({ type: 'client_ready', data: '0.1.0' })).toEqual(['client_ready', '0.1.0', 'host_1']);
  expect(said({ type: 'client_ready', data: -1 })).toEqual(['client_ready', -1, 'host_1']);
  expect(said({ type: 'client_ready', data: '' })).toEqual(['client_ready', -1, 'host_1']);
});

test('a heartbeat holds finite numbers whatever was measured', () => {
  const data = { state: 'running', current_cpu_usage: NaN, current_memory_usage: 1234.5 } as const;
  expect(said({ type: 'heartbeat', data })).toEqual([
    'heartbeat',
    { state: 'running', current_cpu_usage: 0, current_memory_usage: 1235 },
    'host_1',
  ]);
});

test('spawning_complete holds whole counts of 0 or more', () => {
  const data = { user_classes_count: { A: 2, B: -1, C: NaN, D: 1.5, __datetime__: 1 }, user_count: Infinity };
  expect(said({ type: 'spawning_complete', data })).toEqual([
    'spawning_complete',
    { user_classes_count: { A: 2, B: 0, C: 0, D: 1 }, user_count: 0 },
    'host_1',
  ]);
});

test('a custom message has its own name as type', () => {
  expect(said({ type: 'custom', name: 'acknowledge_users', data: [1, { a: null }] })).toEqual([
    'acknowledge_users',
    [1, { a: null }],
    'host_1',
  ]);
});

test.each([
  'client_ready', 'locustfile', 'client_stopped', 'heartbeat', 'stats', 'spawning', 'spawning_complete', 'logs', 'quit',
  'exception',
])('a custom message cannot pass for %s', (name) => {
  expect(() => said({ type: 'custom', name, data: null })).toThrow(
    expect.objectContaining({ code: 'reserved-message-type' }) as Error,
  );
});

test('a custom message needs a text as its name', () => {
  const message = { type: 'custom', name: 5, data: null } as unknown as WorkerMessage;
  expect(() => said(message)).toThrow(expect.objectContaining({ code: 'reserved-message-type' }) as Error);
});

test('a broken name and node id are made well formed', () => {
  const frame = encodeMessage({ type: 'custom', name: 'n\ud800', data: null }, 'id\udfff');
  expect(decodeValue(frame)).toEqual(['n\ufffd', null, 'id\ufffd']);
});

test('logs and exceptions go out as they are', () => {
  expect(said({ type: 'logs', data: { worker_id: 'host_1', logs: ['a', 'b\udfff'] } })).toEqual([
    'logs',
    { worker_id: 'host_1', logs: ['a', 'b\ufffd'] },
    'host_1',
  ]);
  expect(said({ type: 'exception', data: { msg: 'm', traceback: 't' } })).toEqual(['exception', { msg: 'm', traceback: 't' }, 'host_1']);
  expect(said({ type: 'locustfile', data: { version: '0.1.0' } })).toEqual(['locustfile', { version: '0.1.0' }, 'host_1']);
});
