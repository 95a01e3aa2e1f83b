/** The order of rows in every table: by name, then by type, as Locust sorts its entries (stats.py, `sort_stats`). */

export type RowNames = { readonly method: string; readonly name: string };

/** Below 0 when `one` comes first. */
export function compareRows(one: RowNames, other: RowNames): number {
  return compareTexts(one.name, other.name) || compareTexts(one.method, other.method);
}

/** By code points, as Python compares; by UTF-16 units an emoji would come before U+FFFD. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const unit = one.charCodeAt(index);
    const otherUnit = other.charCodeAt(index);
    if (unit !== otherUnit) return aboveSurrogates(unit) - aboveSurrogates(otherUnit);
  }
  return one.length - other.length;
}

/** Lifts surrogates, which stand for the highest code points, above all other units. */
function aboveSurrogates(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
