/** Requests a second between the moments that are shown. */

/** Owns what was last seen; a count that falls (counting began anew) starts from nothing. */
export class RequestRate {
  #requests = 0;
  #atMs = 0;

  /** Since the call before; the first one counts from the beginning of the run. `atMs` is any clock that began with it. */
  perSec(requests: number, atMs: number): number {
    const more = requests < this.#requests ? requests : requests - this.#requests;
    const passedMs = atMs - this.#atMs;
    this.#requests = requests;
    this.#atMs = atMs;
    return passedMs <= 0 ? 0 : (more * 1000) / passedMs;
  }
}
