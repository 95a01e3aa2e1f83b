/**
 * Splits whole users over weights, fairly and without surprises: Webster's method (Sainte-Laguë).
 *
 * Seat by seat, the next user goes to the weight with the largest `weight / (2 · given + 1)`, the first of equals.
 * Unlike largest remainders it never takes a user from one when the total grows by one.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const usable = weights.map((weight) => (Number.isFinite(weight) && weight > 0 ? weight : 0));
  const weightSum = usable.reduce((sum, weight) => sum + weight, 0);
  if (weightSum === 0) {
    return weights.length === 0 ? [] : apportion(total, weights.map(() => 1));
  }
  // Jump close to the answer, then step: the result is the same as seat by seat (Pukelsheim, Proportional
  // Representation, ch. 4), and 100 000 users cost no more than ten.
  const given = usable.map((weight) => Math.round((total * weight) / weightSum));
  let missing = total - given.reduce((sum, count) => sum + count, 0);
  for (; missing > 0; missing -= 1) {
    const index = indexOfNext(usable, given);
    given[index] = (given[index] ?? 0) + 1;
  }
  for (; missing < 0; missing += 1) {
    const index = indexOfLast(usable, given);
    given[index] = (given[index] ?? 0) - 1;
  }
  return given;
}

/** Who is given the next seat: the largest claim, the first of equals. */
function indexOfNext(weights: readonly number[], given: readonly number[]): number {
  let best = 0;
  let bestClaim = -1;
  weights.forEach((weight, index) => {
    const claim = weight / (2 * (given[index] ?? 0) + 1);
    if (claim > bestClaim) {
      best = index;
      bestClaim = claim;
    }
  });
  return best;
}

/** Who was given the last seat: the smallest claim, the last of equals. */
function indexOfLast(weights: readonly number[], given: readonly number[]): number {
  let last = 0;
  let lastClaim = Number.POSITIVE_INFINITY;
  weights.forEach((weight, index) => {
    const count = given[index] ?? 0;
    if (count === 0) return;
    const claim = weight / (2 * count - 1);
    if (claim <= lastClaim) {
      last = index;
      lastClaim = claim;
    }
  });
  return last;
}
