/**
 * Student's t distribution, for the few degrees of freedom that a handful of runs leave.
 */

/** With more degrees of freedom it is the normal distribution, for all that can be seen. */
const mostFreedom = 2_000;

/** The value that t with `freedom` (1, 2, …) degrees exceeds with `probability` (above 0, at most 0.5). */
export function upperT(freedom: number, probability: number): number {
  const degrees = Math.min(freedom, mostFreedom);
  let low = 0;
  let high = 1;
  while (tailOfT(degrees, high) > probability && high < 1e12) high *= 2;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (tailOfT(degrees, middle) > probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T > t): the finite series for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4). */
function tailOfT(freedom: number, t: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const cos = Math.cos(angle);
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cos : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) sum += term *= (cos * cos * (k - 1)) / k;
  const inside = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return Math.max(0, (1 - inside) / 2);
}
