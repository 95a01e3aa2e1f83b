/**
 * Which user class the next user is of: Locust's dispatcher for one worker (Locust dispatch.py, `_kl_generator` and
 * `UsersDispatcher._user_gen`), so that the same classes get the same numbers of users, on the way up and down.
 */
import type { ClassInfo } from '../engine/shared/messages.ts';
import { BoomerError } from '../util/boomerError.ts';

/** What the division of users needs to know of a class. `weight` may be any number, `fixedCount` is whole; 0: by weight. */
export type DividedClass = Pick<ClassInfo, 'name' | 'weight' | 'fixedCount'>;

/**
 * A number of users that goes up and down, divided over classes. Classes with a fixed count are filled first, the
 * others follow their weights; who came last leaves first. What has once been handed out is not taken back: after a
 * way down the weights go on where they were, so counts depend on the totals before, as Locust's do.
 */
export class UserSequence {
  readonly #classes: readonly DividedClass[];
  readonly #weighted: Divergence;
  /** Names in the order in which users came. */
  readonly #users: string[] = [];
  readonly #counts: Map<string, number>;
  #missing: Divergence = new Divergence([]);
  #missingLeft = 0;
  #looksForMissing = true;

  /**
   * `equalWeights`: as if each weight above 0 were 1. Classes without weight and fixed count never get a user, and
   * count 0. Throws a BoomerError when no class can have one.
   */
  constructor(classes: readonly DividedClass[], equalWeights: boolean) {
    // Locust env.py drops weightless classes before it makes the others equal.
    const inUse = classes.filter(({ weight, fixedCount }) => weight > 0 || fixedCount > 0).sort(byCodePoints);
    if (inUse.length === 0) throw nobodyToRun();
    this.#classes = inUse;
    this.#weighted = new Divergence(
      inUse.filter(({ fixedCount }) => fixedCount <= 0).map(({ name, weight }) => ({ name, weight: equalWeights ? 1 : weight })),
    );
    this.#counts = new Map(classes.map(({ name }) => [name, 0]));
  }

  /** Users of all classes now. */
  get total(): number {
    return this.#users.length;
  }

  /** The most users there can be: the sum of the fixed counts, or `Infinity` when a class goes by weight. */
  get most(): number {
    return this.#classes.some(({ fixedCount }) => fixedCount <= 0) ? Infinity : this.fixed;
  }

  /** The sum of the fixed counts. */
  get fixed(): number {
    return this.#classes.reduce((sum, { fixedCount }) => sum + Math.max(0, fixedCount), 0);
  }

  /** Goes up or down to `total` users, or up to `most`; returns the users of each class, zeros included. */
  moveTo(total: number): Readonly<Record<string, number>> {
    while (this.#users.length > total) this.#leave();
    while (this.#users.length < total && this.#come());
    return Object.fromEntries(this.#counts);
  }

  #leave(): void {
    const name = this.#users.pop();
    if (name === undefined) return;
    this.#add(name, -1);
    this.#looksForMissing = true;
  }

  /** False when there is nobody left. */
  #come(): boolean {
    const name = this.#next();
    if (name === null) return false;
    this.#users.push(name);
    this.#add(name, 1);
    return true;
  }

  #next(): string | null {
    if (this.#missingLeft <= 0 && this.#looksForMissing) this.#lookForMissing();
    if (this.#missingLeft <= 0) return this.#weighted.next();
    this.#missingLeft--;
    return this.#missing.next();
  }

  #lookForMissing(): void {
    this.#looksForMissing = false;
    const missing = this.#classes
      .filter(({ fixedCount }) => fixedCount > 0)
      .map(({ name, fixedCount }) => ({ name, weight: fixedCount - this.#count(name) }))
      .filter(({ weight }) => weight > 0);
    this.#missing = new Divergence(missing);
    this.#missingLeft = missing.reduce((sum, { weight }) => sum + weight, 0);
  }

  #count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  #add(name: string, users: number): void {
    this.#counts.set(name, this.#count(name) + users);
  }
}

/** Of classes of which none can have a user. */
export function nobodyToRun(): BoomerError {
  return new BoomerError('no-users', 'no user class has a weight above 0 or a fixed count: there is nobody to run');
}

type Share = {
  readonly name: string;
  readonly weight: number;
  /** Users so far, and the weight. */
  place: number;
  /** How much less one more user makes the divergence of the users from the weights; the lowest is next. */
  gain: number;
};

/** Names in proportion to their weights: each keeps the Kullback-Leibler divergence of the numbers from the weights lowest. */
class Divergence {
  readonly #shares: readonly Share[];

  constructor(weights: readonly { readonly name: string; readonly weight: number }[]) {
    this.#shares = weights.map(({ name, weight }) => ({ name, weight, place: weight, gain: gain(weight, weight) }));
  }

  /** Null when there are no names. */
  next(): string | null {
    let first: Share | undefined;
    for (const share of this.#shares) if (first === undefined || isBefore(share, first)) first = share;
    if (first === undefined) return null;
    first.place += 1;
    first.gain = gain(first.weight, first.place);
    return first.name;
  }
}

function gain(weight: number, place: number): number {
  return weight * Math.log2(place / (place + 1));
}

/** The order of Locust's heap: of its tuples (gain, place, weight, name). Names come sorted, so equals stay as they are. */
function isBefore(one: Share, other: Share): boolean {
  if (one.gain !== other.gain) return one.gain < other.gain;
  if (one.place !== other.place) return one.place < other.place;
  return one.weight < other.weight;
}

/** As Python sorts: JavaScript compares UTF-16 units, which puts 𝒜 before Ａ. */
function byCodePoints({ name: one }: DividedClass, { name: other }: DividedClass): number {
  const others = codePoints(other);
  const first = codePoints(one);
  const at = first.findIndex((point, index) => point !== others[index]);
  return at === -1 ? first.length - others.length : (first[at] ?? 0) - (others[at] ?? -1);
}

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}
