/**
 * JS values to the msgpack that a Locust master can take in.
 *
 * What differs from `@msgpack/msgpack`: a `Map` is a map with its own keys (integers stay integers), strings are well
 * formed, NaN and ±Infinity are nil, and a value that would break the master is refused instead of sent. A whole
 * number is written as an integer even where Python would write a float (`2.0`): Python reads both alike.
 */
import { types } from 'node:util';
import { OpenEncoder } from './msgpackLibrary.ts';
import { isStepOver, type Steps } from '../../util/steps.ts';
import { datetimeKey, datetimeTextOf, isDecodableMap, objectIdKey } from './pythonDatetime.ts';

/** Levels of maps and arrays, the message's own array included. Python's msgpack reads up to 512. */
export const maxOutgoingDepth = 100;

/** Why a value cannot be sent; the message is a phrase such as `a bigint beyond 64 bits`. */
export class UnencodableError extends Error {}

/** Bytes that are msgpack already: written as they are. */
export class EncodedValue {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/**
 * Encodes `value` as one msgpack value of at most `maxBytes` bytes.
 *
 * In an object `undefined`, functions and symbols are left out, elsewhere they are nil, as in JSON; map keys must be
 * strings, finite numbers, booleans or integers of 64 bits. Other objects: see `plainFormOf`. Throws
 * `UnencodableError` on data that contains itself or is nested too deep, and whatever the value's own code throws.
 */
export function encodeValue(value: unknown, maxBytes: number): Uint8Array {
  const bytes = new LocustEncoder(maxBytes).encode(value);
  if (bytes.byteLength > maxBytes) throw new UnencodableError(`more than ${maxBytes} bytes`);
  return bytes;
}

/**
 * The same bytes in steps: with a pause after every few items of the lists and maps in the first levels of `value`, which is of our own making.
 * Nothing in it may change meanwhile.
 */
export function* encodeValueInSteps(value: unknown): Steps<Uint8Array> {
  const encoder = new LocustEncoder(Infinity);
  yield* encoder.writeInSteps(value, 1);
  return encoder.bytes.slice(0, encoder.pos);
}

/** A report's rows are the items of a list, in a map, in the message's array. */
const levelsInSteps = 3;

/** One instance a value: the library's own way to re-enter (from a getter) falls back to its plain `Encoder`. */
class LocustEncoder extends OpenEncoder {
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  override doEncode(value: unknown, depth: number): void {
    // Checked at every value: a small graph whose parts are shared can unfold into more than any memory holds.
    if (this.pos > this.#maxBytes) throw new UnencodableError(`more than ${this.#maxBytes} bytes`);
    switch (typeof value) {
      case 'string':
        if (value.length > this.#maxBytes) throw new UnencodableError(`more than ${this.#maxBytes} bytes`);
        this.encodeString(wellFormed(value));
        return;
      case 'number':
        if (Number.isFinite(value)) this.encodeNumber(value);
        else this.encodeNil();
        return;
      case 'boolean':
        this.encodeBoolean(value);
        return;
      case 'bigint':
        this.#bigint(value);
        return;
      case 'object':
        if (value === null) this.encodeNil();
        else this.#object(value, depth);
        return;
      case 'undefined':
      case 'function':
      case 'symbol':
        this.encodeNil();
        return;
    }
  }

  /** As `doEncode`, with pauses between items. */
  *writeInSteps(value: unknown, depth: number): Steps<void> {
    if (depth > levelsInSteps) {
      this.doEncode(value, depth);
    } else if (Array.isArray(value)) {
      this.#arrayHead(value);
      for (const [place, item] of value.entries()) {
        if (isStepOver(place)) yield;
        yield* this.writeInSteps(item, depth + 1);
      }
    } else if (types.isMap(value)) {
      this.#mapHead(value);
      for (const [place, [key, item]] of [...value].entries()) {
        if (isStepOver(place)) yield;
        this.#key(key, depth);
        yield* this.writeInSteps(item, depth + 1);
      }
    } else if (typeof value === 'object' && value !== null && isPlainRecord(value)) {
      for (const [key, item] of this.#recordHead(value)) {
        this.#recordKey(key);
        yield* this.writeInSteps(item, depth + 1);
      }
    } else {
      this.doEncode(value, depth);
    }
  }

  #bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value && BigInt.asUintN(64, value) !== value) {
      throw new UnencodableError('a bigint beyond 64 bits');
    }
    const number = Number(value);
    if (Number.isSafeInteger(number)) this.encodeNumber(number);
    else this.encodeBigInt64(value);
  }

  #object(value: object, depth: number): void {
    if (value instanceof EncodedValue) {
      this.writeU8a(value.bytes);
      return;
    }
    if (depth > maxOutgoingDepth) {
      throw new UnencodableError(`nested deeper than ${maxOutgoingDepth} levels, or containing itself`);
    }
    if (Array.isArray(value)) {
      this.#array(value, depth);
    } else if (types.isMap(value)) {
      this.#map(value, depth);
    } else if (isPlainRecord(value)) {
      this.#record(value, depth);
    } else {
      const plain = plainFormOf(value);
      if (plain instanceof Uint8Array) this.encodeBinary(plain);
      else if (plain === value) this.#record(value, depth);
      else this.doEncode(plain, depth + 1);
    }
  }

  #array(items: readonly unknown[], depth: number): void {
    const size = this.#arrayHead(items);
    let count = 0;
    for (const item of items) {
      this.doEncode(item, depth + 1);
      count += 1;
    }
    requireSameSize(count, size);
  }

  #arrayHead({ length }: readonly unknown[]): number {
    this.#header(0x90, 0xdc, length);
    return length;
  }

  #map(map: ReadonlyMap<unknown, unknown>, depth: number): void {
    const size = this.#mapHead(map);
    let count = 0;
    for (const [key, value] of map) {
      this.#key(key, depth);
      this.doEncode(value, depth + 1);
      count += 1;
    }
    requireSameSize(count, size);
  }

  #mapHead(map: ReadonlyMap<unknown, unknown>): number {
    if (map.has(datetimeKey) || map.has(objectIdKey)) requireDecodable((key) => map.has(key), (key) => map.get(key));
    const { size } = map;
    this.#header(0x80, 0xde, size);
    return size;
  }

  #record(record: object, depth: number): void {
    for (const [key, value] of this.#recordHead(record)) {
      this.#recordKey(key);
      this.doEncode(value, depth + 1);
    }
  }

  /** Returns what is to follow. */
  #recordHead(record: object): readonly (readonly [string, unknown])[] {
    // Read once: a getter must not answer the checks below and the master differently.
    const all: [string, unknown][] = Object.entries(record);
    const isUsual = all.every(([key, value]) => !isLeftOut(value) && key !== datetimeKey && key !== objectIdKey);
    const entries = isUsual ? all : all.filter(([, value]) => !isLeftOut(value));
    if (!isUsual) {
      requireDecodable(
        (key) => entries.some(([name]) => name === key),
        (key) => entries.find(([name]) => name === key)?.[1],
      );
    }
    this.#header(0x80, 0xde, entries.length);
    return entries;
  }

  #recordKey(key: string): void {
    const known = knownKey(key);
    if (known === null) this.encodeString(wellFormed(key));
    else this.writeU8a(known);
  }

  #key(key: unknown, depth: number): void {
    if (typeof key === 'number' && Number.isFinite(key)) return this.encodeNumber(key);
    const isKey =
      typeof key === 'string' || typeof key === 'bigint' || typeof key === 'boolean' || Number.isFinite(key);
    if (!isKey) throw new UnencodableError(`a map key that is neither a string nor a number (${typeof key})`);
    this.doEncode(key, depth + 1);
  }

  /** Up to 15 the size is part of the first byte; then 16 and 32 bits follow `wideHead` and its successor. */
  #header(shortHead: number, wideHead: number, size: number): void {
    if (size < 16) {
      this.writeU8(shortHead + size);
    } else if (size < 0x10000) {
      this.writeU8(wideHead);
      this.writeU16(size);
    } else {
      this.writeU8(wideHead + 1);
      this.writeU32(size);
    }
  }
}

/** Most objects of a large report: without looking for all that an object may be. Data that brings a `toJSON` is not among them. */
function isPlainRecord(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype && !('toJSON' in value) && !ArrayBuffer.isView(value);
}

/** A large report writes the same fourteen keys ten thousand times. */
const knownKeys = new Map<string, Uint8Array>();
const maxKnownKeys = 500;
const maxKnownLength = 40;

/** `key` as a msgpack string; null: it is not among the first few hundred short ones. */
function knownKey(key: string): Uint8Array | null {
  const known = knownKeys.get(key);
  if (known !== undefined) return known;
  if (knownKeys.size >= maxKnownKeys || key.length > maxKnownLength) return null;
  const bytes = new OpenEncoder().encode(wellFormed(key));
  knownKeys.set(key, bytes);
  return bytes;
}

function isLeftOut(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}

function requireDecodable(has: (key: string) => boolean, get: (key: string) => unknown): void {
  if (!isDecodableMap(has, get)) {
    throw new UnencodableError('a map with the key __datetime__ or __ObjectId__ but no valid as_str beside it');
  }
}

/** A header that promises another number of elements than follow would be garbage to the master. */
function requireSameSize(count: number, promised: number): void {
  if (count !== promised) throw new UnencodableError('a collection that changes while it is read');
}

/**
 * The plain value to send for `value`: nil, a string, number, boolean, bigint, `Uint8Array`, an array or an object.
 * Objects that are plain already, and instances of classes, are returned as they are: their own enumerable properties
 * are sent. May throw what the object's own `toJSON` or getters throw. Follows `JSON.stringify` where that has an answer, and
 * keeps more where msgpack can.
 *
 * - `Date`: a datetime in UTC; an invalid one nil; one outside the years 1 … 9999 its ISO text.
 * - `Uint8Array`, `Buffer`, `DataView`, `ArrayBuffer`: bytes. Other typed arrays: a list of numbers.
 * - `Set`: a list. `Error`: its name and message. `RegExp`: its text. Boxed primitives: the primitive.
 * - Anything else with a `toJSON` (`URL`, decimals, ObjectIds): what that returns.
 */
export function plainFormOf(value: object): unknown {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (ArrayBuffer.isView(value)) return bytesOrNumbersOf(value);
  if (types.isAnyArrayBuffer(value)) return new Uint8Array(value);
  if (types.isDate(value)) return dateFormOf(value);
  if (types.isSet(value)) return [...value];
  if (types.isRegExp(value)) return String(value);
  if (types.isBoxedPrimitive(value)) return value.valueOf();
  const toJson: unknown = Reflect.get(value, 'toJSON');
  if (typeof toJson === 'function') return Reflect.apply(toJson, value, ['']);
  if (prototype !== Object.prototype && types.isNativeError(value)) return { name: value.name, message: value.message };
  return value;
}

function bytesOrNumbersOf(view: ArrayBufferView): unknown {
  if (types.isUint8Array(view) || types.isUint8ClampedArray(view) || types.isDataView(view)) {
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  }
  return types.isTypedArray(view) ? Array.from<number | bigint>(view) : null;
}

function dateFormOf(date: Date): unknown {
  const text = datetimeTextOf(date);
  if (text !== null) return { [datetimeKey]: true, as_str: text };
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/**
 * A string that UTF-8 can hold: lone surrogates become U+FFFD.
 *
 * The master decodes strictly; on a bad byte it sends `reconnect` and handles the message before it a second time
 * (Locust runners.py, `client_listener`), so one broken name would count samples twice.
 */
export function wellFormed(text: string): string {
  return text.toWellFormed();
}
