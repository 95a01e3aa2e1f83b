import { problemOf } from '../../../../src/engine/main/messageCheck.ts';

it.each([
  [{ kind: 'stopped', generation: 3 }],
  [{ kind: 'closed', exitCode: null }],
  [{ kind: 'custom', type: 'x', data: undefined }],
  [{ kind: 'ledgerPage', holds: 'rows', page: 0, memory: new SharedArrayBuffer(8) }],
  [{ kind: 'scheduleLedger', message: { kind: 'ledgerRow', index: 0, method: 'GET', name: '/' } }],
])('%j is a message of ours', (message) => {
  expect(problemOf(message)).toBeNull();
});

it.each([
  [null, 'expected a message of a load thread, got null'],
  ['ready', 'expected a message of a load thread, got "ready"'],
  [{}, 'expected a message of a load thread, got one of kind undefined'],
  [{ kind: 'toString' }, 'expected a message of a load thread, got one of kind "toString"'],
  [{ kind: 'stopped' }, 'the message stopped has a wrong generation: undefined'],
  [{ kind: 'users', generation: 1, counts: null, reached: true }, 'the message users has a wrong counts: null'],
  [{ kind: 'log', level: 'loud', text: 'x' }, 'the message log has a wrong level: "loud"'],
  [{ kind: 'ledgerPage', holds: 'rows', page: 0, memory: [] }, 'the message ledgerPage has a wrong memory: []'],
  [{ kind: 'scheduleLedger', message: { kind: 'ledgerRow', index: 0 } }, 'the message scheduleLedger has a wrong message: { kind: \'ledgerRow\', index: 0 }'],
])('%j is none', (message, problem) => {
  expect(problemOf(message)).toBe(problem);
});
