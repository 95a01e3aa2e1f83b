/** How a promise of a hot path is made without a closure of its own, which `Promise.withResolvers`, or an executor in place, would cost for each. */

/** Of promises of one kind: `new Promise(handover.take)` calls it at once, and what settles that promise is here until the next one is made. */
export class Handover<T> {
  resolve: (value: T) => void = tooEarly;
  reject: (reason: unknown) => void = tooEarly;

  readonly take = (resolve: (value: T) => void, reject: (reason: unknown) => void): void => {
    this.resolve = resolve;
    this.reject = reject;
  };
}

function tooEarly(): void {
  // there is no promise yet
}
