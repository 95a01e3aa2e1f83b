/**
 * Plans of requests by method and URL, each made once: most scenarios ask for the same few URLs again and again.
 */
import { PairMap } from '../../util/pairMap.ts';
import { inOwnMemory } from '../ownMemory.ts';
import { planPlainly } from './requestPlan.ts';
import type { PlanGround, RequestPlan } from './requestPlan.ts';

/** A scenario may make up URLs for ever; those that come first are kept. */
const mostKnownPlans = 2000;

export class PlainPlans {
  readonly #ground: PlanGround;
  readonly #known = new PairMap<RequestPlan>();
  #knownCount = 0;
  #lastUrl = '';
  #last: RequestPlan | null = null;

  constructor(ground: PlanGround) {
    this.#ground = ground;
  }

  /** Throws a BoomerError for a URL that leads nowhere. */
  of(method: string, url: string): RequestPlan {
    const last = this.#last;
    if (last !== null && url === this.#lastUrl && method === last.request.method) return last;
    this.#last = this.#find(method, url);
    this.#lastUrl = url;
    return this.#last;
  }

  #find(method: string, url: string): RequestPlan {
    const known = this.#known.get(method, url);
    if (known !== undefined) return known;
    const plan = planPlainly(method, url, this.#ground);
    return this.#knownCount < mostKnownPlans ? this.#keep(method, url, plan) : plan;
  }

  #keep(method: string, url: string, plan: RequestPlan): RequestPlan {
    const ownUrl = inOwnMemory(url);
    const path = plan.request.path === url ? ownUrl : inOwnMemory(plan.request.path);
    const kept = { ...plan, name: plan.name === url ? ownUrl : path, request: { ...plan.request, path } };
    this.#known.set(method, ownUrl, kept);
    this.#knownCount += 1;
    return kept;
  }
}
