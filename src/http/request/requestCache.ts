/**
 * What is worked out once for requests that are made again and again, by method and path (or URL). It is small, as what is kept of
 * thousands of URLs falls out of the processor's caches: a request with 3 000 of them cost twice as much when all were kept.
 */

/** A power of two. */
const placeCount = 512;
/** Misses at which a kept value gives its place to another; each hit begins their count anew. */
const maxMisses = 8;

type Entry<Value> = { readonly method: string; readonly path: string; readonly value: Value; misses: number };

/**
 * Some hundred values, each at one of two neighbouring places by the hash of its path, and beside them the last one that was asked
 * for. A free place is taken at once; a taken one by what was asked for twice in a row: URLs that never come again cost no more than
 * the look.
 */
export class RequestCache<Value> {
  /** Made at the first path that is to be kept. */
  #entries: (Entry<Value> | undefined)[] | null = null;
  /** At each place the hash of the last path that was not found there. */
  #missed = new Int32Array(0);
  /** Of the path that was asked for. */
  #hash = 0;
  /** Where it is to be kept; −1 for nowhere. */
  #place = -1;
  #lastMethod = '';
  #lastPath = '';
  #last: Value | undefined = undefined;

  /** undefined for what is not kept: then `placeFor` and `set`. */
  get(method: string, path: string): Value | undefined {
    if (path === this.#lastPath && method === this.#lastMethod) return this.#last;
    const entries = this.#entries;
    if (entries === null) return undefined;
    this.#hash = hashOf(path);
    const at = this.#hash & (placeCount - 1);
    const entry = ofRequest(entries[at], method, path) ?? ofRequest(entries[at ^ 1], method, path);
    if (entry === undefined) return undefined;
    entry.misses = 0;
    return this.#setLast(method, path, entry.value);
  }

  /** The path to work with if the value is to be kept; null when there is no place for it. Right after a `get` that found nothing. */
  placeFor(path: string): string | null {
    if (typeof path !== 'string') return null; // plain JavaScript may give anything; it is refused elsewhere
    const entries = (this.#entries ??= this.#make(path));
    const at = this.#hash & (placeCount - 1);
    const [here, beside] = [entries[at], entries[at ^ 1]];
    if (here === undefined) this.#place = at;
    else if (beside === undefined) this.#place = at ^ 1;
    else this.#place = ++here.misses > maxMisses && this.#missed[at] === this.#hash ? at : -1;
    this.#missed[at] = this.#hash;
    return this.#place < 0 ? null : inOwnMemory(path);
  }

  /** Takes the value for a path, and what `placeFor` said of it; returns the value. */
  set(method: string, path: string, place: string | null, value: Value): Value {
    if (place !== null && this.#entries !== null) this.#entries[this.#place] = { method, path: place, value, misses: 0 };
    return this.#setLast(method, path, value);
  }

  #make(path: string): (Entry<Value> | undefined)[] {
    this.#missed = new Int32Array(placeCount);
    this.#hash = hashOf(path);
    return Array<Entry<Value> | undefined>(placeCount).fill(undefined);
  }

  #setLast(method: string, path: string, value: Value): Value {
    this.#lastMethod = method;
    this.#lastPath = path;
    this.#last = value;
    return value;
  }
}

function ofRequest<Value>(entry: Entry<Value> | undefined, method: string, path: string): Entry<Value> | undefined {
  return entry !== undefined && entry.path === path && entry.method === method ? entry : undefined;
}

/** Of a long text so many letters, spread over it; of a short one all. */
const minHashedLetters = 16;

function hashOf(text: string): number {
  const step = 1 + Math.floor(text.length / (2 * minHashedLetters));
  let hash = text.length;
  for (let at = text.length - 1; at >= 0; at -= step) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash ^ (hash >>> 15);
}

/**
 * The same text in memory of its own: a text cut out of another is a view of it in V8, so that a path found in a page holds the whole
 * page.
 */
function inOwnMemory(text: string): string {
  return text.isWellFormed() ? Buffer.from(text).toString() : text; // halves of characters, which UTF-8 has not, are in no page
}
