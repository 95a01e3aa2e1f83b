/** A map from a (method, name) pair. Nested, because joined strings would take ("a", "bc") and ("ab", "c") for one. */
export class PairMap<Value> {
  readonly #byMethod = new Map<string, Map<string, Value>>();

  get(method: string, name: string): Value | undefined {
    return this.#byMethod.get(method)?.get(name);
  }

  set(method: string, name: string, value: Value): void {
    const byName = this.#byMethod.get(method);
    if (byName === undefined) this.#byMethod.set(method, new Map([[name, value]]));
    else byName.set(name, value);
  }

  /** The value of the pair, made by `make` if there is none. */
  ensure(method: string, name: string, make: () => Value): Value {
    const known = this.get(method, name);
    if (known !== undefined) return known;
    const made = make();
    this.set(method, name, made);
    return made;
  }

  clear(): void {
    this.#byMethod.clear();
  }

  *values(): Generator<Value> {
    for (const byName of this.#byMethod.values()) yield* byName.values();
  }
}
