/**
 * A scenario's own limit to how often tasks begin (boomer ratelimiter.go, `RateLimiter`).
 */
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import { requireScenarioHost, type RateLimiter } from './scenarioHost.ts';

/** Asks `limiter` before each task run of this thread's users; null: nobody any more. */
export function setRateLimiter(limiter: RateLimiter | null): void {
  if (limiter !== null && (typeof limiter !== 'object' || typeof limiter.acquire !== 'function')) {
    throw new BoomerError('bad-rate-limiter', `setRateLimiter(limiter) expects { start?, acquire, stop? }, got ${printed(limiter)}`);
  }
  requireScenarioHost('setRateLimiter').setRateLimiter(limiter);
}
