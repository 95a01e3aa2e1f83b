/**
 * The only file that imports `@msgpack/msgpack`, and what we rely on inside it.
 *
 * Two things cannot be had from outside. Its encoder (3.1.3) writes a JS `Map` as an empty map and turns integer keys
 * into strings, silently; its decoder takes the nesting and the sizes that a frame declares at their word. The classes
 * are therefore extended at methods that TypeScript calls private but that are plain prototype methods at run time.
 * A release that renames one must be noticed when this file loads, not by a master that hears empty maps.
 */
import { Decoder, Encoder, decodeTimestampExtension } from '@msgpack/msgpack';
import type { DecoderOptions } from '@msgpack/msgpack';
import { BoomerError } from '../../util/boomerError.ts';

export type { DecoderOptions };

/** The encoder's methods that ours calls or overrides. */
export type EncoderInsides = {
  /** Bytes written so far. */
  readonly pos: number;
  /** Them, and room for more; another array whenever it grows. */
  readonly bytes: Uint8Array;
  encode(value: unknown): Uint8Array;
  /** Writes any value; `depth` is 1 for the outermost. */
  doEncode(value: unknown, depth: number): void;
  encodeNil(): void;
  encodeBoolean(value: boolean): void;
  /** Safe integers in the shortest form, all else as float64. */
  encodeNumber(value: number): void;
  /** −2^63 … 2^64 − 1, always in 8 bytes. */
  encodeBigInt64(value: bigint): void;
  encodeString(value: string): void;
  encodeBinary(value: Uint8Array): void;
  writeU8(value: number): void;
  writeU16(value: number): void;
  writeU32(value: number): void;
  writeU8a(bytes: Uint8Array): void;
};

/** The decoder's methods that ours calls or overrides. */
export type DecoderInsides = {
  /** Maps and arrays that are open. */
  readonly stack: { readonly length: number };
  decode(bytes: Uint8Array): unknown;
  pushArrayState(size: number): void;
  pushMapState(size: number): void;
};

/** `Encoder` with its insides visible. */
export const OpenEncoder: new () => EncoderInsides = opened(Encoder, [
  'encode', 'doEncode', 'encodeNil', 'encodeBoolean', 'encodeNumber', 'encodeBigInt64', 'encodeString', 'encodeBinary',
  'writeU8', 'writeU16', 'writeU32', 'writeU8a',
]) as new () => EncoderInsides;

/** `Decoder` with its insides visible. */
export const OpenDecoder: new (options: DecoderOptions) => DecoderInsides = opened(Decoder, [
  'decode', 'pushArrayState', 'pushMapState',
]) as new (options: DecoderOptions) => DecoderInsides;

/** A msgpack timestamp (extension −1) as a `Date`. Throws when the bytes are no timestamp. */
export function timestampOf(data: Uint8Array): Date {
  return decodeTimestampExtension(data);
}

function opened(library: { readonly prototype: object }, methods: readonly string[]): unknown {
  const missing = methods.filter((method) => typeof Reflect.get(library.prototype, method) !== 'function');
  if (missing.length > 0) {
    throw new BoomerError(
      'msgpack-changed',
      `The installed @msgpack/msgpack lacks ${missing.join(', ')}, which boomer-node extends: install version 3.1.3.`,
    );
  }
  return library;
}
