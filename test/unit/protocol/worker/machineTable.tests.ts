/**
 * The machine's table, pair by pair: for each event and phase, the phase that follows and what is done, in order.
 * `=` stands for the same phase, `·` for nothing to do.
 */
import type { Effect } from '../../../../src/protocol/worker/step.ts';
import { step } from '../../../../src/protocol/worker/machine.ts';
import type { Phase } from '../../../../src/protocol/worker/states.ts';
import { nowMs, phaseNames, samples, stateIn } from './samples.ts';

type Row = Readonly<Record<Phase['name'], string>>;

const unchanged = (outcome: string, others: Partial<Row> = {}): Row => ({
  connecting: outcome,
  ready: outcome,
  spawning: outcome,
  running: outcome,
  stopping: outcome,
  rejoining: outcome,
  quitting: outcome,
  parting: '= ·',
  closed: '= ·',
  ...others,
});

const leaves = 'parting: log, stats, heartbeat ready';
const newSpawn = 'spawning: spawning, updateOptions, setUsers 6';

const table: Readonly<Record<string, Row>> = {
  'tick, nothing due': unchanged('= ·'),
  signal: {
    connecting: 'closed: log, exit 0',
    ready: leaves,
    spawning: 'quitting: log, stats, heartbeat running, stopUsers 6 after 3000',
    running: 'quitting: log, stats, heartbeat running, stopUsers 6 after 3000',
    stopping: 'quitting: log, stats, heartbeat running',
    rejoining: leaves,
    quitting: '= log, stopUsers 6 after 0',
    parting: 'closed: quit, exit 0',
    closed: '= ·',
  },
  ack: unchanged('= ·', { connecting: 'ready: log, heartbeat ready, stats, logs', rejoining: 'ready: ·' }),
  'newer spawn': {
    connecting: '= ·',
    ready: 'spawning: spawning, clearStats, startRun, log, setUsers 6',
    spawning: newSpawn.replace('spawning:', '='),
    running: newSpawn,
    stopping: '= ·',
    rejoining: '= ·',
    quitting: '= log',
    parting: '= ·',
    closed: '= ·',
  },
  'stale spawn': unchanged('= spawning, log', { connecting: '= ·', stopping: '= ·', rejoining: '= ·', quitting: '= log' }),
  stop: {
    connecting: '= ·',
    ready: 'rejoining: stats, heartbeat ready, client_stopped, client_ready',
    spawning: 'stopping: log, stopUsers 6 after 3000',
    running: 'stopping: log, stopUsers 6 after 3000',
    stopping: '= ·',
    rejoining: '= ·',
    quitting: '= ·',
    parting: '= ·',
    closed: '= ·',
  },
  quit: {
    connecting: 'closed: log, exit 0',
    ready: leaves,
    spawning: 'quitting: log, stats, heartbeat running, stopUsers 6 after 3000',
    running: 'quitting: log, stats, heartbeat running, stopUsers 6 after 3000',
    stopping: 'quitting: log, stats, heartbeat running',
    rejoining: leaves,
    quitting: '= ·',
    parting: '= ·',
    closed: '= ·',
  },
  heartbeat: unchanged('= ·', { parting: 'closed: quit, exit 0' }),
  reconnect: {
    connecting: '= ·',
    ready: '= log, drop, open',
    spawning: '= log, drop, open',
    running: '= log, drop, open',
    stopping: '= log, drop, open',
    rejoining: '= log, drop, open',
    quitting: '= log, drop, open',
    parting: '= ·',
    closed: '= ·',
  },
  spawning_complete: unchanged('= spawningComplete 9'),
  update_user_class: unchanged('= updateUserClass'),
  locustfile: unchanged('= log'),
  custom: unchanged('= deliver their_type'),
  'users reached': unchanged('= ·', { spawning: 'running: spawning_complete, log' }),
  'users on the way': unchanged('= ·'),
  'users of an old wish': unchanged('= ·'),
  'users stopped': unchanged('= ·', {
    stopping: 'rejoining: stats, heartbeat running, client_stopped, client_ready',
    quitting: 'parting: stats, heartbeat running',
  }),
  'users of an old stop': unchanged('= ·'),
  exception: unchanged('= exception', { connecting: '= ·', parting: '= exception' }),
  'custom from a user': unchanged('= our_type', { connecting: '= ·', parting: '= our_type' }),
  stopTest: unchanged('= ·', { spawning: '= log, boomer_stop_test', running: '= log, boomer_stop_test' }),
};

test('the table has a row for every sample event', () => {
  expect(Object.keys(table)).toEqual(Object.keys(samples));
});

const pairs = Object.keys(table).flatMap((event) => phaseNames.map((phase) => ({ event, phase })));

test.each(pairs)('$event in $phase', ({ event, phase }) => {
  const sample = samples[event];
  if (sample === undefined) throw new Error(`no sample ${event}`);
  const before = stateIn(phase);
  const { state, effects } = step(before, sample, nowMs);
  const arrow = state.phase.name === phase ? '=' : `${state.phase.name}:`;
  expect(`${arrow} ${effects.map(shown).join(', ') || '·'}`).toBe(table[event]?.[phase]);
});

function shown(effect: Effect): string {
  switch (effect.kind) {
    case 'send':
      return effect.message.type === 'custom' ? effect.message.name : effect.message.type;
    case 'sendHeartbeat':
      return `heartbeat ${effect.state}`;
    case 'sendStats':
      return 'stats';
    case 'sendLogs':
      return 'logs';
    case 'setUsers':
      return `setUsers ${effect.generation}`;
    case 'stopUsers':
      return `stopUsers ${effect.generation} after ${effect.stopTimeoutMs}`;
    case 'spawningComplete':
      return `spawningComplete ${effect.userCount}`;
    case 'deliver':
      return `deliver ${effect.type}`;
    case 'exit':
      return `exit ${effect.code}`;
    case 'open':
    case 'drop':
    case 'ask':
    case 'poke':
    case 'register':
    case 'signOff':
    case 'useUpIndexes':
    case 'reportsTaken':
    case 'reportsInDoubt':
    case 'abandonReports':
    case 'clearStats':
    case 'discardStats':
    case 'startRun':
    case 'updateOptions':
    case 'updateUserClass':
    case 'log':
      return effect.kind;
  }
}
