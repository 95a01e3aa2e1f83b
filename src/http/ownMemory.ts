/**
 * Texts that are kept for long. A text cut out of another is a view of it in V8, so that a path found in a page holds
 * the whole page.
 */

/** The same text in memory of its own. */
export function inOwnMemory(text: string): string {
  return text.isWellFormed() ? Buffer.from(text).toString() : text; // halves of characters, which UTF-8 has not, are in no page
}
