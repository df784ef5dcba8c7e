/** A number as both text formats write it. */
export function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}

/** OpenMetrics' canonical form for bounds, that of Go's `%g`: `1.0`, `0.0001`, `1e-05`, `1e+06`. */
export function canonicalNumberText(value: number): string {
  if (!Number.isFinite(value)) return numberText(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return Number.isInteger(value) ? `${value}.0` : String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
