/**
 * What is worked out once for requests that are made again and again, by method and path (or URL).
 */
import { PairMap } from '../../util/pairMap.ts';

/** A scenario may make up URLs for ever: so many are kept. */
const maxKept = 2000;
/** When all places are taken, so many more pass by before the cache begins anew: a URL that comes once costs little, one that comes again finds a place. */
const maxMisses = 20_000;

/** At most 2 000 values, and beside them the last one that was asked for. */
export class RequestCache<Value> {
  readonly #kept = new PairMap<Value>();
  #misses = 0;
  #lastMethod = '';
  #lastPath = '';
  #last: Value | undefined = undefined;

  /** undefined for what is not kept: then `placeFor` and `set`. */
  get(method: string, path: string): Value | undefined {
    if (path === this.#lastPath && method === this.#lastMethod) return this.#last;
    const kept = this.#kept.get(method, path);
    return kept === undefined ? undefined : this.#setLast(method, path, kept);
  }

  /** The path to work with if the value is to be kept; null when there is no place for it. */
  placeFor(path: string): string | null {
    this.#misses += 1;
    if (this.#misses > maxMisses) {
      this.#kept.clear();
      this.#misses = 1;
    }
    return this.#misses > maxKept ? null : inOwnMemory(path);
  }

  /** Takes the value for a path, and what `placeFor` said of it; returns the value. */
  set(method: string, path: string, place: string | null, value: Value): Value {
    if (place !== null) this.#kept.set(method, place, value);
    return this.#setLast(method, path, value);
  }

  #setLast(method: string, path: string, value: Value): Value {
    this.#lastMethod = method;
    this.#lastPath = path;
    this.#last = value;
    return value;
  }
}

/**
 * The same text in memory of its own: a text cut out of another is a view of it in V8, so that a path found in a page holds the whole
 * page. Plain JavaScript may give what is no text, which is refused elsewhere.
 */
function inOwnMemory(text: string): string {
  return typeof text === 'string' && text.isWellFormed() ? Buffer.from(text).toString() : text; // halves of characters, which UTF-8 has not, are in no page
}
