/**
 * Values that must not stand in a file: credentials, cookies, whatever is named like a secret or looks like a key. Each becomes an entry of
 * `process.env`. A value that was one in one place is one everywhere.
 */
import { isSecret } from '../../util/redaction.ts';
import { cookiePairs, headerOf, hole, type Pair } from '../recording.ts';
import { isToken, uuid } from '../rowNames.ts';
import { isStandIn } from '../standIn.ts';
import { slotsIn, type Slot, type Step } from './step.ts';
import { identifier, type Code, type Names, type Parts } from '../writer/code.ts';

/** What somebody has to set before the scenario runs. */
export type Secret = {
  /** The environment's: `SHOP_PASSWORD`. */
  readonly variable: string;
  /** The scenario's: `secrets.password`. */
  readonly property: string;
  /** What it is, for people. */
  readonly what: string;
};

/** Postman's own variables. */
const madeValues: Readonly<Record<string, Code>> = {
  $guid: { code: 'crypto.randomUUID()', type: 'string' },
  $randomUUID: { code: 'crypto.randomUUID()', type: 'string' },
  $timestamp: { code: 'Math.floor(Date.now() / 1000)', type: 'number' },
  $isoTimestamp: { code: 'new Date().toISOString()', type: 'string' },
  $randomInt: { code: 'this.random.int(0, 1000)', type: 'number' },
};

const passwords = /passw|passphrase|pwd|secret|(?:^|[^a-z])(?:pin|otp)(?:$|[^a-z])/iu;
const keys = /\beyJ[\w-]{10,2000}\.[\w-]{10,}(?:\.[\w-]*)?|\b(?:sk|pk|rk)_(?:live|test)_\w{8,}|\bAKIA[A-Z\d]{12,}|\bgh[pousr]_\w{20,}|\bxox[abpr]-[\w-]{10,}|\bAIza[\w-]{30,}|\bglpat-[\w-]{16,}|\bsk-[\w-]{20,}|-----BEGIN[^]*?(?:-----END[ A-Z]*-----|$)/gu;

/** Finds secrets, and gives each a name. One for a whole scenario. */
export class Secrets {
  readonly #byValue = new Map<string, Secret>();
  readonly #properties: Names;

  constructor(properties: Names) {
    this.#properties = properties;
  }

  /** In the order in which they were found. */
  get all(): readonly Secret[] {
    return [...this.#byValue.values()].map((secret) => ({ ...secret, what: this.withoutSecrets(secret.what) }));
  }

  /** A text that everybody may see: titles, names of rows. */
  withoutSecrets(text: string): string {
    return this.values.reduce((shown, value) => shown.replaceAll(value, '[secret]'), text);
  }

  /** The values themselves, so that nothing else shows one. */
  get values(): readonly string[] {
    return [...this.#byValue.keys()].filter((value) => value.length >= 6 && !value.startsWith(hole.start));
  }

  /** What the secret values of these steps become; `taken`: what has been replaced already. */
  replace(steps: readonly Step[], taken: ReadonlyMap<Slot, Parts>): ReadonlyMap<Slot, Parts> {
    const own = new Map<Slot, Parts>();
    const slots = steps.flatMap((step) => slotsIn(step).map((slot) => ({ slot, step }))).filter(({ slot }) => !taken.has(slot));
    for (const { slot, step } of slots) {
      const parts = this.#partsOf(slot, step);
      if (parts !== null) own.set(slot, parts);
    }
    const known = new Map([...cookiesOf(steps), ...this.values.map((value) => [value, ''] as const)]);
    const longestFirst = [...known].toSorted(([a], [b]) => b.length - a.length);
    for (const { slot, step } of slots) {
      // Examples of a description are nobody's, and words among them may be choices.
      if (step.visit.described === null && !own.has(slot) && typeof slot.value === 'string' && longestFirst.some(([value]) => String(slot.value).includes(value))) own.set(slot, this.#without(slot.value, longestFirst, `${slot.place} of ${step.method} ${step.name}`));
    }
    return own;
  }

  /** True for a value that must not stand in a file. */
  isOne(name: string, value: string): boolean {
    return value !== '' && isSecretValue(name, value);
  }

  /** An entry for a value that is known to be one. */
  codeFor(value: string, name: string, what: string): Code {
    const known = this.#byValue.get(value);
    if (known !== undefined) return { code: `secrets.${known.property}`, type: 'string' };
    const property = this.#properties.free(identifier(name, 'secret'));
    const variable = property.replace(/(?<=[a-z])(?=[A-Z\d])/gu, '_').toUpperCase();
    this.#byValue.set(value, { variable, property, what });
    return { code: `secrets.${property}`, type: 'string' };
  }

  #partsOf(slot: Slot, step: Step): Parts | null {
    const { value, key, place } = slot;
    const what = `${place} of ${step.method} ${step.name}`;
    if (typeof value === 'number') return isPassword(key) ? [{ code: `Number(${this.codeFor(String(value), key, what).code})`, type: 'number' }] : null;
    if (typeof value !== 'string' || value === '') return null;
    if (value.includes(hole.start)) return this.#holes(value, what);
    const [, scheme = '', credentials = ''] = key === 'authorization' ? (/^(\S+\s+)(.+)$/su.exec(value) ?? []) : [];
    if (scheme !== '') return [scheme, this.codeFor(credentials, /^basic/iu.test(scheme) ? 'basicCredentials' : 'token', /^basic/iu.test(scheme) ? `${what}: user:password in base64` : what)];
    return isSecretValue(key, value) ? this.#secretParts(value, key, what) : null;
  }

  /** Of a text with a key somewhere in it, such as the body of a request, the key alone is one. */
  #secretParts(text: string, name: string, what: string): Parts {
    const found = isPassword(name) || isSecret(name) ? [] : [...text.matchAll(keys)];
    if (found.length === 0) return [this.codeFor(text, name === '' ? 'key' : name, what)];
    const parts: (Parts[number])[] = [];
    let from = 0;
    for (const { 0: key, index } of found) {
      parts.push(text.slice(from, index), this.codeFor(key, key === text && name !== '' ? name : 'key', what));
      from = index + key.length;
    }
    return [...parts, text.slice(from)].filter((part) => part !== '');
  }

  /** `$TOKEN` of a shell keeps its name. */
  #holes(value: string, what: string): Parts {
    return value.split(new RegExp(`(${hole.start}[^${hole.end}]*${hole.end})`, 'u')).flatMap((piece): Parts => {
      if (!piece.startsWith(hole.start)) return piece === '' ? [] : [piece];
      const name = piece.slice(hole.start.length, -hole.end.length);
      const made = madeValues[name];
      if (made !== undefined) return [made];
      return [this.codeFor(piece, name, `${name} in ${what}`)];
    });
  }

  #without(text: string, known: readonly Pair[], what: string): Parts {
    const [value, name] = known.find(([candidate]) => text.includes(candidate)) ?? [];
    if (value === undefined || name === undefined) return text === '' ? [] : [text];
    const at = text.indexOf(value);
    return [...this.#without(text.slice(0, at), known, what), this.codeFor(value, name, `cookie ${name} in ${what}`), ...this.#without(text.slice(at + value.length), known, what)];
  }
}

/** Values of cookies that were sent, with their names; what could be a word or a path is no secret. */
function cookiesOf(steps: readonly Step[]): readonly Pair[] {
  return steps.flatMap(({ visit }) => cookiePairs(headerOf(visit.request.headers, 'cookie') ?? '').flatMap(([name, value]): readonly Pair[] => (value.length >= 8 && /\d/u.test(value) && !value.startsWith('/') ? [[value, name]] : [])));
}

/** The name of something that nobody may see, whatever its value is. */
export function isPassword(name: string): boolean {
  return passwords.test(name);
}

/** A text with something else in place of whatever looks like a key. */
export function withoutKeys(text: string, replace: (key: string) => string): string {
  return text.replace(keys, replace);
}

/** True for a value that must not stand in a file; `name`: what it is called. */
export function isSecretValue(name: string, value: string): boolean {
  if (isStandIn(value) || value.search(keys) >= 0) return true;
  if (isPassword(name)) return true;
  // `token_type: bearer`, `key: name`, `credentialsType: ACCESS_TOKEN` are words.
  if (isSecret(name)) return value.length >= 6 && !/^[A-Z]?[a-z]+(?:[ _-][A-Z]?[a-z]+)*$|^[A-Z]+(?:_[A-Z]+)+$/u.test(value);
  return value.length >= 32 && isToken(value) && !uuid.test(value);
}
