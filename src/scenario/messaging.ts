/**
 * Custom messages to and from the master, and the end of a test from inside (Locust runners.py, `register_message`,
 * `send_message`).
 */
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import { requireScenarioHost, type MessageListener } from './scenarioHost.ts';

/**
 * Calls `listener` for each message of this type from the master, once in every load thread. A later listener for the
 * same type takes the earlier one's place. An error of a listener is logged and stops
 * nothing; in a run without a master, where the scenario's own messages arrive, it is an error outside tasks.
 */
export function registerMessage(type: string, listener: MessageListener): void {
  requireType('registerMessage', type);
  if (typeof listener !== 'function') {
    throw new BoomerError('bad-listener', `registerMessage('${type}', listener) expects a function, got ${printed(listener)}`);
  }
  requireScenarioHost('registerMessage').registerMessage(type, listener);
}

/** Sends the master a message with any data that msgpack can carry: null, numbers, strings, bytes, lists, objects, dates. */
export function sendMessage(type: string, data: unknown = null): void {
  requireType('sendMessage', type);
  requireScenarioHost('sendMessage').sendMessage(type, data);
}

/** Ends the whole test, for all workers, and says why in the log. */
export function stopTest(reason: string): void {
  requireScenarioHost('stopTest').stopTest(String(reason));
}

function requireType(caller: string, type: unknown): void {
  if (typeof type === 'string' && type !== '') return;
  throw new BoomerError('bad-message-type', `${caller}(type, …) expects a non-empty string as type, got ${printed(type)}`);
}
