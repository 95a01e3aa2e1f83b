/** Recordings of the same walk: which step of the one is which of the other. */
import type { Step } from './step.ts';
import { slotsIn, type Slot } from './step.ts';

/** Steps of `base` with those of `other`, in order; null for what the other one has not. */
export function aligned(base: readonly Step[], other: readonly Step[]): ReadonlyMap<Step, Step | null> {
  // The longest common subsequence: its length from each pair of places on.
  const lengths = Array.from({ length: base.length + 1 }, () => new Uint16Array(other.length + 1));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = base.length - 1; row >= 0; row -= 1) {
    for (let column = other.length - 1; column >= 0; column -= 1) {
      const values = lengths[row];
      if (values !== undefined) values[column] = isSameStep(base[row], other[column]) ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const pairs = new Map<Step, Step | null>(base.map((step) => [step, null]));
  for (let row = 0, column = 0; row < base.length && column < other.length; ) {
    const [step, twin] = [base[row], other[column]];
    if (step !== undefined && twin !== undefined && isSameStep(step, twin) && at(row, column) === at(row + 1, column + 1) + 1) {
      pairs.set(step, twin);
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return pairs;
}

/** The same row, or a path that differs in one of its segments but not in the first. */
function isSameStep(a: Step | undefined, b: Step | undefined): boolean {
  if (a === undefined || b === undefined || a.method !== b.method) return false;
  if (a.name === b.name) return true;
  const differing = a.path.filter((slot, index) => slot.value !== b.path[index]?.value).length;
  return a.path.length === b.path.length && a.path.length > 1 && differing === 1 && a.path[0]?.value === b.path[0]?.value && a.body?.kind === b.body?.kind;
}

/** True for what is likely the same walk: most of the steps of the longer one are in both. */
export function isSameWalk(base: readonly Step[], other: readonly Step[]): boolean {
  const common = [...aligned(base, other).values()].filter((twin) => twin !== null).length;
  return common * 2 > Math.max(base.length, other.length);
}

/** A column of the feeder: what one value is in each recording, or each request, and the slots that send it; undefined: that one does not send it. */
export type Column = { readonly key: string; readonly values: readonly (Slot['value'] | undefined)[]; readonly slots: readonly Slot[] };

/** Values that differ without an answer that says why; numbers are texts where all of a column can be: those that always differ alike are one column. A recording that lacks it has the first one's. */
export function columnsOf(varying: ReadonlySet<Slot>, steps: readonly Step[], twins: ReadonlyMap<Step, readonly (Step | null)[]>): readonly Column[] {
  const values = steps.flatMap((step) => slotsIn(step).filter((slot) => varying.has(slot)).map((slot): SlotValues => {
    const others = (twins.get(step) ?? []).map((twin) => {
      const own = twin === null ? undefined : slotsIn(twin).find(({ place }) => place === slot.place);
      return own === undefined ? slot.value : own.value;
    });
    const all = [slot.value, ...others];
    return [slot, all.every((value) => typeof value === 'string' || typeof value === 'number') ? all.map(String) : all];
  }));
  return joined(values);
}

/** What differs among requests of which one step can send each, as it is sent. */
export function rowColumns(step: Step, samples: readonly Step[], isColumn: (slot: Slot) => boolean): readonly Column[] {
  const sent = samples.map((sample) => new Map(slotsIn(sample).map(({ place, value }) => [place, value])));
  const values = slotsIn(step).map((slot): SlotValues => [slot, sent.map((bySlot) => bySlot.get(slot.place))]);
  return joined(values.filter(([slot, [first, ...others]]) => others.some((value) => value !== first) && isColumn(slot)));
}

type SlotValues = readonly [slot: Slot, values: Column['values']];

function joined(all: readonly SlotValues[]): readonly Column[] {
  const columns = new Map<string, { key: string; values: Column['values']; slots: Slot[] }>();
  for (const [slot, values] of all) {
    const id = JSON.stringify(values.map((value) => (value === undefined ? [] : value)));
    const column = columns.get(id);
    if (column === undefined) columns.set(id, { key: slot.key, values, slots: [slot] });
    else column.slots.push(slot);
  }
  return [...columns.values()];
}
