/** Finds what a person probably meant: the one place that owns `leven`. */
import leven from 'leven';

/**
 * The candidate nearest to `word`, or null when none is near: at most a third of its letters (and at least one) differ.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = mistakesBetween(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * Damerau's count: letters too many, missing or wrong, and neighbours that changed places. Leven counts such a pair as two
 * mistakes, too many for a short word. Of several pairs one counts so: only long words have several, and may have more mistakes.
 */
function mistakesBetween(word: string, candidate: string): number {
  const swapped = Array.from({ length: Math.max(0, word.length - 1) }, (_, at) => word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2));
  return Math.min(leven(word, candidate), ...swapped.map((other) => 1 + leven(other, candidate)));
}
