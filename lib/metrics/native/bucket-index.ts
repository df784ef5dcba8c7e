import { FINEST_SCHEMA } from './native-layout.js';

const BUCKETS_PER_OCTAVE = 2 ** FINEST_SCHEMA;
const EXPONENT_BIAS = 1023;
const MANTISSA_BITS = 52;

/** The upper 6 bits of a mantissa choose a part of an octave that is narrower than any bucket. */
const PARTS = 64;
const PART_SHIFT = 20 - 6;

const float = new Float64Array(1);
const halves = new Int32Array(float.buffer);
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

/**
 * The upper bound of each bucket between 1 and 2, as the 52 bits of its mantissa. Rounded down: a value is below the true
 * bound, which is irrational, if it is not above this one.
 */
const BOUNDS = Float64Array.from({ length: BUCKETS_PER_OCTAVE + 1 }, (_, i) => mantissaOfRoot(i));

/** The first bucket that a value in each part can be in; the value is in this one or in the next. */
const FIRST_OF_PART = Int32Array.from({ length: PARTS }, (_, part) =>
  BOUNDS.findIndex((bound) => (part * 2 ** MANTISSA_BITS) / PARTS <= bound),
);

/**
 * The index of the bucket of a positive normal number at the finest schema: the smallest `i` with
 * `value <= 2 ** (i / 16)`. From the bits of the number, because a logarithm is slower and wrong beside the bounds.
 */
export function finestIndex(value: number): number {
  float[0] = value;
  const high = halves[HIGH]!;
  const mantissa = (high & 0xfffff) * 2 ** 32 + (halves[LOW]! >>> 0);
  const first = FIRST_OF_PART[(high >>> PART_SHIFT) & (PARTS - 1)]!;
  const part = mantissa > BOUNDS[first]! ? first + 1 : first;
  return ((high >>> 20) - EXPONENT_BIAS) * BUCKETS_PER_OCTAVE + part;
}

/** The bucket that has the values of this one at a resolution that is halved so many times. */
export function coarser(index: number, halvings: number): number {
  return (index + (1 << halvings) - 1) >> halvings;
}

/** The mantissa of 2 ** (i / 16), rounded down, by exact arithmetic. */
function mantissaOfRoot(i: number): number {
  const power = BigInt(BUCKETS_PER_OCTAVE);
  const target = 2n ** (BigInt(i) + BigInt(MANTISSA_BITS) * power);
  let low = 2n ** BigInt(MANTISSA_BITS);
  let above = 2n * low + 1n;
  while (above - low > 1n) {
    const middle = (low + above) / 2n;
    if (middle ** power <= target) low = middle;
    else above = middle;
  }
  return Number(low - 2n ** BigInt(MANTISSA_BITS));
}
