/**
 * The data of a worker's message as it goes out: numbers that the master compares or adds up are made sound here, at
 * the last place before the wire. A nil CPU value, for one, ends the master's receive loop.
 */
import { BoomerError } from '../../util/boomerError.ts';
import type { UserClassesCount, WorkerMessage } from './messages.ts';
import { datetimeKey, objectIdKey } from './pythonDatetime.ts';

/** Types that the master takes for a worker's own (Locust runners.py, `MasterRunner.handle_message`). */
const reservedTypes: ReadonlySet<string> = new Set([
  'client_ready', 'locustfile', 'client_stopped', 'heartbeat', 'stats', 'spawning', 'spawning_complete', 'logs', 'quit',
  'exception',
]);

/** The type on the wire. Throws a BoomerError `reserved-message-type` for a custom message that would pass for Locust's. */
export function wireTypeOf(message: WorkerMessage): string {
  if (message.type !== 'custom') return message.type;
  if (typeof message.name === 'string' && !reservedTypes.has(message.name)) return message.name;
  throw new BoomerError(
    'reserved-message-type',
    `A custom message cannot have the type ${JSON.stringify(message.name)}: choose a text that Locust does not use itself.`,
  );
}

/** The data on the wire; `null` is nil. */
export function wireDataOf(message: WorkerMessage): unknown {
  switch (message.type) {
    case 'client_ready':
      // An empty version would not be acknowledged at all.
      return message.data === '' ? -1 : message.data;
    case 'heartbeat':
      return {
        state: message.data.state,
        current_cpu_usage: finiteOrZero(message.data.current_cpu_usage),
        current_memory_usage: Math.round(finiteOrZero(message.data.current_memory_usage)),
      };
    case 'spawning_complete':
      return {
        user_classes_count: soundCounts(message.data.user_classes_count),
        user_count: soundCount(message.data.user_count),
      };
    case 'stats':
    case 'exception':
    case 'logs':
    case 'locustfile':
    case 'custom':
      return message.data;
    case 'spawning':
    case 'client_stopped':
    case 'quit':
      return null;
  }
}

/** `value`, or 0 when it is NaN or infinite. */
export function finiteOrZero(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

/** The counts as whole numbers ≥ 0; names that would make the master take the map for a datetime are left out. */
export function soundCounts(counts: UserClassesCount): UserClassesCount {
  const entries = Object.entries(counts).filter(([name]) => name !== datetimeKey && name !== objectIdKey);
  return Object.fromEntries(entries.map(([name, count]) => [name, soundCount(count)]));
}

function soundCount(count: number): number {
  return Math.max(0, Math.trunc(finiteOrZero(count)));
}
