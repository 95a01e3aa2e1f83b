/**
 * Values that must not stand in a file: credentials, cookies, whatever is named like a secret or looks like a key. Each becomes an entry of
 * `process.env`. A value that was one in one place is one everywhere.
 */
import { cookiePairs, headerOf, hole, holeFor, type Pair } from '../recording.ts';
import { isPassword, isWholeSecret } from '../secretNames.ts';
import { secretsIn, type TextParts, type Writing } from '../secretsInText.ts';
import { slotsIn, type Slot, type Step } from './step.ts';
import { identifier, Names, textCode, type Code, type Parts } from '../writer/code.ts';
import type { Helper } from '../writer/helpers.ts';

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

/** Finds secrets, and gives each a name. One for a whole scenario. */
export class Secrets {
  readonly #byValue = new Map<string, Secret>();
  readonly #properties: Names;
  readonly #variables = new Names();
  readonly #helpers = new Set<Helper>();

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

  /** What the texts that hold some are written with. */
  readonly helpers: ReadonlySet<Helper> = this.#helpers;

  /** What the secret values of these steps become; `taken`: what has been replaced already, of which a part may be secret. */
  replace(steps: readonly Step[], taken: ReadonlyMap<Slot, Parts>): ReadonlyMap<Slot, Parts> {
    const own = new Map<Slot, Parts>();
    const texts: SlotText[] = [];
    for (const { slot, step } of steps.flatMap((step) => slotsIn(step).map((slot) => ({ slot, step }))).filter(({ slot }) => slot.isBytes !== true)) {
      const parts = taken.has(slot) ? null : this.#wholeParts(slot, step);
      const text = parts === null ? this.#textOf(slot, step, taken.get(slot) ?? null) : null;
      if (parts !== null) own.set(slot, parts);
      if (text !== null) texts.push(text);
    }
    const known = new Map([...cookiesOf(steps), ...this.values.map((value) => [value, ''] as const)]);
    const longestFirst = [...known].toSorted(([a], [b]) => b.length - a.length);
    for (const text of texts) {
      // Examples of a description are nobody's, and words among them may be choices.
      const parts = this.#printed(text.parts, text, text.isExample ? [] : longestFirst);
      const before = taken.get(text.slot) ?? [text.slot.value];
      if (JSON.stringify(parts) !== JSON.stringify(before)) own.set(text.slot, parts);
    }
    return own;
  }

  /** True for a value that is secret as a whole; of others a part may be. */
  isOne(name: string, value: string): boolean {
    return value !== '' && isWholeSecret(name, value);
  }

  /** A recorded text that becomes data; `shared`: values by their names, of which those that come first stand for all. */
  textCode({ key, mimeType }: Slot, value: string, what: string, shared: Map<string, string> | null): Code {
    const text: PrintedText = { key, what, codes: new Map(), shared };
    return { code: textCode(this.#printed(secretsIn(value, key, mimeType), text, [])), type: 'string' };
  }

  /** An entry for a value that is known to be one; `ownVariable`: the environment's, where somebody named it; null: it is named after the property. */
  codeFor(value: string, name: string, what: string, ownVariable: string | null = null): Code {
    const known = this.#byValue.get(value);
    if (known !== undefined) return { code: `secrets.${known.property}`, type: 'string' };
    // Of XML the name without that of its namespace.
    const property = this.#properties.free(identifier(name.split(':').at(-1) ?? '', 'secret'));
    const variable = this.#variables.free(ownVariable ?? property.replace(/(?<=[a-z])(?=[A-Z\d])/gu, '_').toUpperCase());
    this.#byValue.set(value, { variable, property, what });
    return { code: `secrets.${property}`, type: 'string' };
  }

  /** Null: it is to be looked into. */
  #wholeParts({ value, key, place }: Slot, step: Step): Parts | null {
    const what = `${place} of ${step.method} ${step.name}`;
    if (typeof value === 'number') return isPassword(key) ? [{ code: `Number(${this.codeFor(String(value), key, what).code})`, type: 'number' }] : null;
    if (typeof value !== 'string' || key !== 'authorization' || value.includes(hole.start)) return null;
    const [, scheme = '', credentials = ''] = /^(\S+\s+)(.+)$/su.exec(value) ?? [];
    return scheme === '' ? null : [scheme, this.codeFor(credentials, /^basic/iu.test(scheme) ? 'basicCredentials' : 'token', /^basic/iu.test(scheme) ? `${what}: user:password in base64` : what)];
  }

  /** What is known of it already has a hole in its place. Null: it is no text, or nothing of it is left. */
  #textOf(slot: Slot, step: Step, taken: Parts | null): SlotText | null {
    const { value, key, place, mimeType } = slot;
    if (typeof value !== 'string' || value === '' || taken?.every((part) => typeof part !== 'string') === true) return null;
    const codes = new Map<string, Code>();
    const pieces = (taken ?? [value]).map((part, index) => {
      if (typeof part === 'string') return part;
      codes.set(` ${index}`, part);
      return holeFor(` ${index}`);
    });
    const text = { slot, key, what: `${place} of ${step.method} ${step.name}`, codes, shared: null, isExample: step.visit.described !== null };
    const parts = secretsIn(pieces.join(''), key, mimeType);
    // All of them have names before one is looked for where it has none.
    this.#printed(parts, text, []);
    return { ...text, parts };
  }

  #printed(parts: TextParts, text: PrintedText, known: readonly Pair[]): Parts {
    return parts.flatMap((part): Parts => {
      if (typeof part === 'string') return this.#holes(part, text).flatMap((piece) => (typeof piece === 'string' ? this.#without(piece, known, text.what) : [piece]));
      if ('within' in part) return [this.#written({ code: textCode(this.#printed(part.within, text, known)), type: 'string' }, part.writing)];
      const { shared } = text;
      const value = shared?.get(part.name) ?? part.value;
      shared?.set(part.name, value);
      return [this.#written(this.codeFor(value, part.name === '' ? 'key' : part.name, part.name === text.key || part.name === 'key' ? text.what : `${part.name} in ${text.what}`), part.writing)];
    });
  }

  #written({ code }: Code, writing: Writing): Code {
    switch (writing) {
      case 'plain':
      case 'number':
        return { code, type: 'string' };
      case 'json':
        return { code: `JSON.stringify(${code})`, type: 'string' };
      case 'uri':
        return { code: `encodeURIComponent(${code})`, type: 'string' };
      case 'xml':
        this.#helpers.add('xmlText');
        return { code: `xmlText(${code})`, type: 'string' };
    }
  }

  /** `$TOKEN` of a shell keeps its name. */
  #holes(value: string, { what, codes }: PrintedText): Parts {
    if (!value.includes(hole.start)) return value === '' ? [] : [value];
    return value.split(new RegExp(`(${hole.start}[^${hole.end}]*${hole.end})`, 'u')).flatMap((piece): Parts => {
      if (!piece.startsWith(hole.start)) return piece === '' ? [] : [piece];
      const name = piece.slice(hole.start.length, -hole.end.length);
      return [codes.get(name) ?? madeValues[name] ?? this.codeFor(piece, name, `${name} in ${what}`, /^[A-Z][A-Z\d_]*$/u.test(name) ? name : null)];
    });
  }

  #without(text: string, known: readonly Pair[], what: string): Parts {
    const [value, name] = known.find(([candidate]) => text.includes(candidate)) ?? [];
    if (value === undefined || name === undefined) return text === '' ? [] : [text];
    const at = text.indexOf(value);
    return [...this.#without(text.slice(0, at), known, what), this.codeFor(value, name, `cookie ${name} in ${what}`), ...this.#without(text.slice(at + value.length), known, what)];
  }
}

/** What a text is printed with. `codes`: of its holes that are known; `shared`: values by their names, if one is to stand for all. */
type PrintedText = { readonly key: string; readonly what: string; readonly codes: ReadonlyMap<string, Code>; readonly shared: Map<string, string> | null };
type SlotText = PrintedText & { readonly slot: Slot; readonly parts: TextParts; readonly isExample: boolean };

/** Values of cookies that were sent, with their names; what could be a word or a path is no secret. */
function cookiesOf(steps: readonly Step[]): readonly Pair[] {
  return steps.flatMap(({ visit }) => cookiePairs(headerOf(visit.request.headers, 'cookie') ?? '').flatMap(([name, value]): readonly Pair[] => (value.length >= 8 && /\d/u.test(value) && !value.startsWith('/') ? [[value, name]] : [])));
}
