/**
 * Whether a bound of a bucket is written as OpenMetrics asks, "Considerations: Canonical Numbers".
 * The document lists which numbers it means: 0.0 to 10.0 in steps of 0.001, and powers of ten from 1e-10 to 1e+10.
 * It forbids a reader to insist on any other number's form.
 */
export function isCanonical(text: string, value: number): boolean {
  if (value === Infinity) return text === '+Inf';
  const isListed = isWholeThousandth(value) || isPowerOfTen(value);
  return !isListed || text === goText(value);
}

function isWholeThousandth(value: number): boolean {
  return value >= 0 && value <= 10 && Number(value.toFixed(3)) === value;
}

function isPowerOfTen(value: number): boolean {
  const [mantissa, exponent] = value.toExponential().split('e');
  return mantissa === '1' && Math.abs(Number(exponent)) <= 10;
}

/** Go's `%g` with the shortest digits: exponents below -4 and from 6 on, of two digits at least. */
function goText(value: number): string {
  const [mantissa, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 6)) {
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
