/** Finds what a person probably meant: the one place that owns `leven`. */
import leven from 'leven';

/**
 * The candidate nearest to `word`, or null when none is near: at most a third of its letters (and at least one) differ.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = leven(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}
