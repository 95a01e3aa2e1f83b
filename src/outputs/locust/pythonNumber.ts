/** Numbers as Python writes them: in Locust's files a float shows that it is one, also when it is whole. */

/** `repr` of a float, finite: `12.0`, `0.1`, `1e-05`, `1e+16`. */
export function pythonFloat(value: number): string {
  const size = Math.abs(value);
  // Both languages write the fewest digits that name the number; they differ in when they turn to exponents.
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return withPythonExponent(value.toExponential());
  const text = Object.is(value, -0) ? '-0' : String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}

/** At least two digits, and a sign. */
function withPythonExponent(text: string): string {
  return text.replace(/e([+-])(\d+)$/u, (_match, sign: string, digits: string) => `e${sign}${digits.padStart(2, '0')}`);
}
