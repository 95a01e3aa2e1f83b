/** What listeners of `events.request` are told of a request beside its numbers. */
import { BoomerError } from '../../util/boomerError.ts';
import { printed } from '../../util/printed.ts';

/** What a scenario tells the listeners of `events.request` about a request, by names of its own. */
export type RequestContext = Readonly<Record<string, unknown>>;

/** Returns it; throws a BoomerError unless it is an object of values by name. `what` it is, for the message. */
export function checkedContext(context: unknown, what: string): RequestContext {
  if (isContext(context)) return context;
  throw new BoomerError('bad-request-context', `${what} must be an object of values by name, such as { tenant: 'a' }, got ${printed(context)}`);
}

function isContext(context: unknown): context is RequestContext {
  return typeof context === 'object' && context !== null && !Array.isArray(context) && !(context instanceof Promise);
}
