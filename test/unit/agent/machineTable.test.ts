/**
 * The machine's table, pair by pair: for each event and phase, the phase that follows and what is done, in order.
 * `=` stands for the same phase, `·` for nothing to do.
 */
import type { Effect } from '../../../src/agent/effects.ts';
import { step } from '../../../src/agent/machine.ts';
import type { Phase } from '../../../src/agent/states.ts';
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
  closed: '= ·',
  ...others,
});

const leaves = 'closed: log, stats, quit, exit 0';
const newSpawn = 'spawning: spawning, updateOptions, setUsers 6';

const table: Readonly<Record<string, Row>> = {
  'tick, nothing due': unchanged('= ·'),
  signal: {
    connecting: 'closed: log, exit 0',
    ready: leaves,
    spawning: 'quitting: log, stats, stopUsers 6 after 3000',
    running: 'quitting: log, stats, stopUsers 6 after 3000',
    stopping: 'quitting: log, stats',
    rejoining: leaves,
    quitting: '= log, stopUsers 6 after 0',
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
    closed: '= ·',
  },
  'stale spawn': unchanged('= spawning, log', { connecting: '= ·', stopping: '= ·', rejoining: '= ·', quitting: '= log' }),
  stop: {
    connecting: '= ·',
    ready: 'rejoining: stats, client_stopped, client_ready',
    spawning: 'stopping: log, stopUsers 6 after 3000',
    running: 'stopping: log, stopUsers 6 after 3000',
    stopping: '= ·',
    rejoining: '= ·',
    quitting: '= ·',
    closed: '= ·',
  },
  quit: {
    connecting: 'closed: log, exit 0',
    ready: leaves,
    spawning: 'quitting: log, stats, stopUsers 6 after 3000',
    running: 'quitting: log, stats, stopUsers 6 after 3000',
    stopping: 'quitting: log, stats',
    rejoining: leaves,
    quitting: '= ·',
    closed: '= ·',
  },
  heartbeat: unchanged('= ·'),
  reconnect: {
    connecting: '= ·',
    ready: '= log, reconnect ready',
    spawning: '= log, reconnect spawning',
    running: '= log, reconnect running',
    stopping: '= log, reconnect running',
    rejoining: '= log, reconnect ready',
    quitting: '= log, reconnect running',
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
    stopping: 'rejoining: stats, client_stopped, client_ready',
    quitting: 'closed: stats, quit, exit 0',
  }),
  'users of an old stop': unchanged('= ·'),
  exception: unchanged('= exception', { connecting: '= ·' }),
  'custom from a user': unchanged('= our_type', { connecting: '= ·' }),
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
    case 'reconnect':
      return `reconnect ${effect.state}`;
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
    case 'clearStats':
    case 'discardStats':
    case 'startRun':
    case 'updateOptions':
    case 'updateUserClass':
    case 'log':
      return effect.kind;
  }
}
