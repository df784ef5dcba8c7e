/**
 * Sums that do not depend on the order of their terms.
 *
 * Additions of fractions are rounded. So the sum of the same numbers in another order can be smaller by one digit at the
 * end: Prometheus would take that for a restart and add the whole counter once more. So the sum keeps what each addition
 * has lost, and adds that at its end.
 */

/** What the addition of `a` and `b` has lost by rounding, exactly (Knuth's TwoSum). */
export function lostBy(a: number, b: number): number {
  const sum = a + b;
  const part = sum - a;
  const lost = a - (sum - part) + (b - part);
  // Of a sum that is not finite.
  return Number.isFinite(lost) ? lost : 0;
}

/** The sum with what its additions have lost. */
export function completeSum(sum: number, lost: number): number {
  return sum + lost;
}

/** A number and this part of it make the next larger number: it is 0.75 to 1.5 of the distance between the two. */
const NEARLY_ONE_STEP = 0.75 * Number.EPSILON;

/**
 * The same, never below the exact sum: for a sum that is added to other numbers later. Whole numbers are exact in any
 * case.
 */
export function completeSumUp(sum: number, lost: number): number {
  const complete = sum + lost;
  const isBelow = lost - (complete - sum) > 0;
  return isBelow ? complete + Math.abs(complete) * NEARLY_ONE_STEP : complete;
}
