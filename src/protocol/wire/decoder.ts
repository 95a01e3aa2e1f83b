/**
 * One msgpack frame to plain JS values, within bounds.
 *
 * `@msgpack/msgpack` believes what a frame declares: 64 MiB of `[[[…` would make as many open arrays, and a five byte
 * header an array of four billion places. Here nesting is bounded, and all containers together may not declare more
 * elements than the frame has bytes.
 */
import { types } from 'node:util';
import { OpenDecoder, timestampOf } from './msgpackLibrary.ts';
import type { DecoderOptions } from './msgpackLibrary.ts';
import { datetimeKey, dateOfText } from './pythonDatetime.ts';

/** Levels of maps and arrays, the message's own array included; Python writes up to 511. */
export const maxIncomingDepth = 512;

/** Elements of all maps and arrays together: bounds the memory that a frame of one-byte elements can take. */
export const maxIncomingValues = 500_000;

/** A msgpack extension other than a timestamp, as it is presented. */
export type ExtensionData = { readonly extType: number; readonly bytes: Uint8Array };

/**
 * Decodes exactly one value. Throws an Error whose message is a phrase such as `3 bytes too many`.
 *
 * Presents nil as null, bytes as `Uint8Array` (a copy), integers beyond ±(2^53 − 1) as bigint, msgpack timestamps and
 * Python datetimes as `Date`, other extensions as `ExtensionData`, maps as objects with string keys.
 */
export function decodeValue(frame: Uint8Array): unknown {
  try {
    return present(new BoundedDecoder(frame.byteLength).decode(frame));
  } catch (error) {
    throw new Error(phraseOf(error), { cause: error });
  }
}

const options: DecoderOptions = {
  useBigInt64: true,
  mapKeyConverter: keyOf,
  extensionCodec: { tryToEncode: () => null, decode: extensionOf },
};

/** One instance a frame, since it counts. */
class BoundedDecoder extends OpenDecoder {
  #declaredValues = 0;
  readonly #maxValues: number;

  constructor(frameBytes: number) {
    super(options);
    // Every element takes a byte at least, so no honest frame declares more elements than it has bytes.
    this.#maxValues = Math.min(frameBytes, maxIncomingValues);
  }

  override pushArrayState(size: number): void {
    this.#admit(size);
    super.pushArrayState(size);
  }

  override pushMapState(size: number): void {
    this.#admit(size * 2);
    super.pushMapState(size);
  }

  #admit(values: number): void {
    if (this.stack.length >= maxIncomingDepth) throw new Error(`nested deeper than ${maxIncomingDepth} levels`);
    this.#declaredValues += values;
    if (this.#declaredValues <= this.#maxValues) return;
    throw this.#declaredValues > maxIncomingValues
      ? new Error(`more than ${maxIncomingValues} values`)
      : new RangeError('more elements declared than there are bytes');
  }
}

function keyOf(key: unknown): string | number {
  if (typeof key === 'string' || typeof key === 'number') return key;
  // Python keys may also be None, booleans, big integers, bytes and tuples; none of them may cost a whole `spawn`.
  const text = types.isUint8Array(key) ? new TextDecoder().decode(key) : Array.isArray(key) ? `(${key.join(', ')})` : String(key);
  if (text === '__proto__') throw new Error('the key __proto__');
  return text;
}

function extensionOf(data: Uint8Array, extType: number): unknown {
  const isTimestamp = extType === -1 && [4, 8, 12].includes(data.byteLength);
  return isTimestamp ? timestampOf(data) : ({ extType, bytes: data } satisfies ExtensionData);
}

/** Rewrites containers in place: a second copy of a large message would be waste. Depth is bounded by the decoder. */
function present(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value !== 'object' || value === null || types.isDate(value)) return value;
  // A view of the frame would keep all of it alive, and a clone to another thread would carry all of it along.
  if (types.isUint8Array(value)) return new Uint8Array(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) value[index] = present(value[index]);
    return value;
  }
  return presentMap(value as Record<string, unknown>);
}

function presentMap(map: Record<string, unknown>): unknown {
  const date = Object.hasOwn(map, datetimeKey) ? dateOfText(map['as_str']) : null;
  if (date !== null) return date;
  for (const key of Object.keys(map)) map[key] = present(map[key]);
  return map;
}

function phraseOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const extra = /^Extra (\d+) of \d+ byte/.exec(message);
  if (extra !== null) return `${extra[1]} bytes too many`;
  const isCutShort = error instanceof RangeError && !message.startsWith('more elements');
  return isCutShort ? 'the bytes end in the middle of a value' : message;
}
