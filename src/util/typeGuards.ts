/** What a value of unknown shape is, for the compiler too: scenarios may be plain JavaScript, and files say what they like. */

/** Members that nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object of any kind, lists among them. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** An object that is no list. */
export function isMap(value: unknown): value is Fields {
  return isObject(value) && !Array.isArray(value);
}

/** A list of anything. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** What it takes and returns is for its caller to know. */
export function isFunction(value: unknown): value is (...args: never[]) => unknown {
  return typeof value === 'function';
}
