/**
 * What goes out for an object that msgpack has no type for.
 *
 * Follows `JSON.stringify` where that has an answer, and keeps more where msgpack can: bytes stay bytes, dates become
 * Python datetimes, a `Set` becomes a list.
 */
import { types } from 'node:util';
import { datetimeKey, datetimeTextOf } from './pythonDatetime.ts';

/**
 * The plain value to send for `value`: nil, a string, number, boolean, bigint, `Uint8Array`, an array or an object.
 * Objects that are plain already, and instances of classes, are returned as they are: their own enumerable properties
 * are sent. May throw what the object's own `toJSON` or getters throw.
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
  return Array.from(view as unknown as ArrayLike<number | bigint>);
}

function dateFormOf(date: Date): unknown {
  const text = datetimeTextOf(date);
  if (text !== null) return { [datetimeKey]: true, as_str: text };
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
