/** Values and names as Python's source has them; pure. */

/** What JSON can hold. */
export type PlainValue = string | number | boolean | null | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/** A literal: `{"a": [1, None, True]}`. Numbers must be finite. */
export function pythonValue(value: PlainValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  // The escapes of JSON are Python's too; half a surrogate pair is no text that a worker could be sent.
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (typeof value === 'number') return String(value);
  if (isList(value)) return `[${value.map(pythonValue).join(', ')}]`;
  return `{${Object.entries(value).map(([key, item]) => `${pythonValue(key)}: ${pythonValue(item)}`).join(', ')}}`;
}

/** `[a, b]`, one item a line. */
export function pythonList(items: readonly string[]): string {
  return items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${item},\n`).join('')}]`;
}

const keywords: ReadonlySet<string> = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda
  nonlocal not or pass raise return try while with yield`.split(/\s+/u),
);

/** Whether it is a name in Python as well, and none that Python would write otherwise (it folds letters beyond ASCII). */
export function isPythonName(name: string): boolean {
  return /^[A-Za-z_]\w*$/u.test(name) && !keywords.has(name);
}

/** A name that reads like `name`, is one in Python, and is none of `taken`. */
export function pythonName(name: string, taken: ReadonlySet<string>): string {
  const near = name.replace(/\W+/gu, '_').replace(/^(?=\d|$)/u, '_');
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? near : `${near}_${number}`;
    if (isPythonName(candidate) && !taken.has(candidate)) return candidate;
  }
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}
