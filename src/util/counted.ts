/** A number with what it counts, in English. */

/** `1 request`, `4973 requests`: a noun whose plural ends in `s`. */
export function counted(count: number, noun: string): string {
  return `${count} ${nounFor(count, noun)}`;
}

/** The noun alone, where the number is written otherwise. */
export function nounFor(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}
