/** What each of many people did, out of a capture or a log in which all of it stands side by side. */
import { AnswerTexts } from './answerTexts.ts';
import type { Exchange } from './recording.ts';
import { isStaticFile } from './selection.ts';
import { Sessions } from './sessions.ts';

/** Enough to see how people walk. */
const maxWalks = 200;
/** Further than this nobody reads a walk; static files do not count. */
const maxSteps = 100;
const maxStatic = 1000;
/** As analytics have it: who comes back after so long comes anew. */
const breakMs = 30 * 60_000;

type Walk = { readonly exchanges: Exchange[]; steps: number };
type Session = { walk: Walk | null; lastMs: number | null };

/** Keeps the first walks of a recording. */
export class SessionWalks {
  readonly #sessions = new Sessions();
  readonly #texts = new AnswerTexts();
  /** Of those whose first walk is kept: the latest one, null when it is not. */
  readonly #byKey = new Map<string, Session>();
  readonly #walks: Walk[] = [];
  /** Of requests that tell no more than an address, two that differ. */
  readonly #addresses = new Set<string>();
  #unknown = 0;
  #known = 0;

  /** In the order in which they began; empty where too many requests do not tell whose they were, or all seem to be one address's, a proxy's, then. */
  get all(): readonly (readonly Exchange[])[] {
    const isOneAddress = this.#addresses.size === 1 && [...this.#byKey.keys()].every((key) => key.startsWith('address '));
    return this.#unknown > this.#known / 4 || isOneAddress ? [] : this.#walks.map(({ exchanges }) => exchanges);
  }

  add(exchange: Exchange): void {
    const key = this.#sessions.keyOf(exchange);
    if (key === null) {
      this.#unknown += 1;
      return;
    }
    this.#known += 1;
    if (this.#addresses.size < 2 && key.startsWith('address ')) this.#addresses.add(key.split(' ', 2)[1] ?? '');
    const walk = this.#walkOf(key, exchange.startedMs);
    if (walk === null) return;
    const isStatic = isStaticFile(exchange);
    if (isStatic ? walk.exchanges.length >= maxStatic : walk.steps >= maxSteps) return;
    if (!isStatic) walk.steps += 1;
    walk.exchanges.push(this.#texts.kept(exchange));
  }

  /** Null: there are enough. */
  #walkOf(key: string, startedMs: number | null): Walk | null {
    const session = this.#byKey.get(key);
    const isBreak = startedMs !== null && session !== undefined && session.lastMs !== null && startedMs - session.lastMs > breakMs;
    if (session !== undefined) session.lastMs = startedMs ?? session.lastMs;
    if (session !== undefined && !isBreak) return session.walk;
    const walk = this.#walks.length < maxWalks ? { exchanges: [], steps: 0 } : null;
    if (walk !== null) this.#walks.push(walk);
    if (session !== undefined) session.walk = walk;
    else if (walk !== null) this.#byKey.set(key, { walk, lastMs: startedMs });
    return walk;
  }
}
