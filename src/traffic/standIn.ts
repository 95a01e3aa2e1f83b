/**
 * What stands in a recording of ours where a secret was: the same text for the same value, wherever it is, so that a value that an answer brought
 * is found again where it is sent. No two recordings share one, as nothing of the value is in it.
 */

const standIn = /^redacted-[a-z\d]{6}-\d+$/u;
const anywhere = /(?<![a-z\d])redacted-[a-z\d]{6}-\d/iu;

/** Where one stands in a text. */
export const standInPattern: RegExp = /(?<![a-z\d])redacted-[a-z\d]{6}-\d+/u;

/** `redacted-k3f9xa-12`; `recording`: six small letters or digits of its own. Fits into URLs, headers, JSON, forms and HTML as it is. */
export function standInFor(recording: string, number: number): string {
  return `redacted-${recording}-${number}`;
}

/** True for one of any recording. */
export function isStandIn(text: string): boolean {
  return standIn.test(text);
}

/** True for a text in which one stands. */
export function holdsStandIn(text: string): boolean {
  return text.includes('redacted-') && anywhere.test(text);
}
