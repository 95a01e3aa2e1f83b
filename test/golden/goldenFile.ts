/**
 * Reads what `locust/golden.py` wrote, and gives tagged values (`{"$date": …}`) their JS form.
 */
import { readFileSync } from 'node:fs';

/** The content of `test/golden/data/<name>`; the caller knows its shape. */
export function readGolden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8'));
}

/** `{"$map": …}` as `Map`, `$bigint` as bigint, `$bytes` as `Uint8Array`, `$date` as `Date`; all else as it is. */
export function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  const [tag = '', content] = entries[0] ?? [];
  if (tag === '$bigint') return BigInt(content as string);
  if (tag === '$bytes') return bytesOfHex(content as string);
  if (tag === '$date') return new Date(content as string);
  if (tag === '$map') return new Map((content as [number, unknown][]).map(([key, item]) => [key, revive(item)]));
  return Object.fromEntries(entries.map(([key, item]) => [key, revive(item)]));
}

export function bytesOfHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
