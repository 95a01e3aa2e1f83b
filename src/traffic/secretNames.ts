/** By what a secret is known: what it is called, or what it looks like. */
import { isSecret } from '../util/redaction.ts';
import { isToken, uuid } from './rowNames.ts';
import { isStandIn } from './standIn.ts';

const passwords = /passw|passphrase|pwd|secret|(?:^|[^a-z]|user|login)pass(?:$|[^a-z])|(?:^|[^a-z])(?:pin|otp)(?:$|[^a-z])/iu;

/** What nobody takes for anything else, wherever it stands in a text. */
export const keyPattern: RegExp = /\beyJ[\w-]{10,2000}\.[\w-]{10,}(?:\.[\w-]*)?|\b(?:sk|pk|rk)_(?:live|test)_\w{8,}|\bAKIA[A-Z\d]{12,}|\bgh[pousr]_\w{20,}|\bxox[abpr]-[\w-]{10,}|\bAIza[\w-]{30,}|\bglpat-[\w-]{16,}|\bsk-[\w-]{20,}|-----BEGIN[^]*?(?:-----END[ A-Z]*-----|$)/gu;

/** The name of something that nobody may see, whatever its value is. */
export function isPassword(name: string): boolean {
  return passwords.test(name);
}

/** True for what is called like a password, a token or a session. */
export function isSecretName(name: string): boolean {
  return isPassword(name) || isSecret(name);
}

/** True for a value that must not stand in a file; `name`: what it is called. */
export function isSecretValue(name: string, value: string): boolean {
  return value.search(keyPattern) >= 0 || isWholeSecret(name, value);
}

/** No key is longer, and no pattern has to go through more. */
const maxKeyLetters = 10_000;

/** Segments and names of files are hashes all the time. The first segment of a path is in one spelling; base64 that begins with a slash is not. */
const urlOrPath = /^(?:[a-zA-Z][a-zA-Z\d+.-]*:)?\/\/|^\.{0,2}\/[A-Z]*[a-z\d_.-]*(?:\/|$)|\.[a-z][a-z\d]{1,4}$/u;

/** The same of a value as a whole, whatever stands within it. */
export function isWholeSecret(name: string, value: string): boolean {
  if (isPassword(name)) return true;
  if (value.length > maxKeyLetters) return isSecret(name);
  if (isStandIn(value)) return true;
  // `token_type: bearer`, `key: name`, `credentialsType: ACCESS_TOKEN` are words.
  if (isSecret(name)) return value.length >= 6 && !/^[A-Z]?[a-z]+(?:[ _-][A-Z]?[a-z]+)*$|^[A-Z]+(?:_[A-Z]+)+$/u.test(value);
  return value.length >= 32 && isToken(value) && !uuid.test(value) && !urlOrPath.test(value);
}

/** True for a member that says what the one beside it is: the name of a field, a header, a variable. */
export function isLabel(member: string): boolean {
  return /^(?:name|key|field|id|parameter)$/iu.test(member);
}

/** True for a member that has what the label beside it names. */
export function isLabelled(member: string): boolean {
  return /^(?:value|string)$/iu.test(member);
}

/** Of a member or an element: that it has some text, or what is handed over; what is around it says what that is. */
const saysNothing = new RegExp(
  `^(?:[\\w.-]{1,100}:)?(?:${[
    '[#_]?text|value|val|content|string|plain|plaintext|cleartext|clear|raw|hash|salt|encrypted|pw|pass',
    'new|old|current|first|second|confirm(?:ed|ation)?|repeat(?:ed)?|again',
    'data|input|body|payload|request|params|parameters|variables|args|arguments|attributes',
    '[$_]|\\$t|\\d+',
  ].join('|')})$`,
  'iu',
);

/**
 * By what name a value is judged that has one of its own within something that has one too, `{ password: { text: … } }`, or that a member beside it names,
 * `{ name: 'password', value: … }`; empty for what is not there. What is called by something of its own is that: `{ resetPassword: { email: … } }`.
 */
export function nameWithin(own: string, outer: string, label: string): string {
  const name = label !== '' && isLabelled(own) ? label : own;
  return isPassword(outer) && !isPassword(name) && saysNothing.test(own) ? outer : name;
}
