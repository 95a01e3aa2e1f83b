/**
 * msgpack as Locust's Python side reads and writes it, for the fake master: strict where Python is strict, and blind to
 * nothing. Maps stay `Map`s, so that integer keys and text keys can be told apart; bytes left over are an error.
 */

/** A number that must go out as a float, as Python writes `3.0`. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Decodes exactly one value; throws on anything that `msgpack.loads(raw=False, strict_map_key=False)` would refuse. */
export function pythonLoads(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.left > 0) throw new Error(`ExtraData: ${reader.left} bytes after the value`);
  return value;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.byteLength - this.#at;
  }

  value(depth: number): unknown {
    if (depth > 500) throw new Error('nested too deeply');
    const head = this.#uint(1);
    if (head < 0x80) return head;
    if (head < 0x90) return this.#map(head & 0x0f, depth);
    if (head < 0xa0) return this.#array(head & 0x0f, depth);
    if (head < 0xc0) return strictUtf8.decode(this.#take(head & 0x1f));
    if (head >= 0xe0) return head - 0x100;
    switch (head) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: return Uint8Array.from(this.#take(this.#uint(1)));
      case 0xc5: return Uint8Array.from(this.#take(this.#uint(2)));
      case 0xc6: return Uint8Array.from(this.#take(this.#uint(4)));
      case 0xca: return this.#view.getFloat32(this.#pass(4));
      case 0xcb: return this.#view.getFloat64(this.#pass(8));
      case 0xcc: return this.#uint(1);
      case 0xcd: return this.#uint(2);
      case 0xce: return this.#uint(4);
      case 0xcf: return Number(this.#view.getBigUint64(this.#pass(8)));
      case 0xd0: return this.#view.getInt8(this.#pass(1));
      case 0xd1: return this.#view.getInt16(this.#pass(2));
      case 0xd2: return this.#view.getInt32(this.#pass(4));
      case 0xd3: return Number(this.#view.getBigInt64(this.#pass(8)));
      case 0xd9: return strictUtf8.decode(this.#take(this.#uint(1)));
      case 0xda: return strictUtf8.decode(this.#take(this.#uint(2)));
      case 0xdb: return strictUtf8.decode(this.#take(this.#uint(4)));
      case 0xdc: return this.#array(this.#uint(2), depth);
      case 0xdd: return this.#array(this.#uint(4), depth);
      case 0xde: return this.#map(this.#uint(2), depth);
      case 0xdf: return this.#map(this.#uint(4), depth);
      default: throw new Error(`an extension or unused type: 0x${head.toString(16)}`);
    }
  }

  #array(length: number, depth: number): unknown[] {
    return Array.from({ length }, () => this.value(depth + 1));
  }

  #map(length: number, depth: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>();
    for (let entry = 0; entry < length; entry += 1) {
      const key = this.value(depth + 1);
      if (map.has(key)) throw new Error(`the key ${String(key)} stands twice in a map`);
      map.set(key, this.value(depth + 1));
    }
    return map;
  }

  #uint(size: 1 | 2 | 4): number {
    const at = this.#pass(size);
    return size === 1 ? this.#view.getUint8(at) : size === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #take(length: number): Uint8Array {
    const at = this.#pass(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Steps over so many bytes; returns where they begin. */
  #pass(length: number): number {
    if (length > this.left) throw new Error(`truncated: ${length} bytes expected, ${this.left} left`);
    const at = this.#at;
    this.#at += length;
    return at;
  }
}

/** Encodes as `msgpack.dumps` does: whole numbers as integers unless wrapped in `Float`, fractions as float64. */
export function pythonDumps(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.from([0xc0]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xc3 : 0xc2]);
  if (value instanceof Float) return float64(value.value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? integer(BigInt(value)) : float64(value);
  if (typeof value === 'bigint') return integer(value);
  if (typeof value === 'string') return sized(Buffer.from(value, 'utf8'), 0xd9, 0xa0, 32);
  if (value instanceof Uint8Array) return sized(Buffer.from(value), 0xc4, null, 0);
  if (Array.isArray(value)) return Buffer.concat([head(value.length, 0x90, 0xdc), ...value.map(pythonDumps)]);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Buffer.concat([head(entries.length, 0x80, 0xde), ...entries.flatMap(([key, item]) => [pythonDumps(key), pythonDumps(item)])]);
}

function float64(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0xcb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function integer(value: bigint): Buffer {
  if (value >= 0n && value < 128n) return Buffer.from([Number(value)]);
  if (value < 0n && value >= -32n) return Buffer.from([0x100 + Number(value)]);
  const bytes = Buffer.alloc(9, value < 0n ? 0xd3 : 0xcf);
  if (value < 0n) bytes.writeBigInt64BE(value, 1);
  else bytes.writeBigUInt64BE(value, 1);
  return bytes;
}

function sized(body: Buffer, type8: number, fix: number | null, fixLimit: number): Buffer {
  if (fix !== null && body.length < fixLimit) return Buffer.concat([Buffer.from([fix | body.length]), body]);
  const bytes = Buffer.alloc(body.length < 0x100 ? 2 : body.length < 0x1_0000 ? 3 : 5, type8 + (body.length < 0x100 ? 0 : body.length < 0x1_0000 ? 1 : 2));
  bytes.writeUIntBE(body.length, 1, bytes.length - 1);
  return Buffer.concat([bytes, body]);
}

function head(length: number, fix: number, type16: number): Buffer {
  if (length < 16) return Buffer.from([fix | length]);
  const bytes = Buffer.alloc(length < 0x1_0000 ? 3 : 5, length < 0x1_0000 ? type16 : type16 + 1);
  bytes.writeUIntBE(length, 1, bytes.length - 1);
  return bytes;
}
