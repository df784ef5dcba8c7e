import { InvalidArgumentError } from 'commander';

export function positiveNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}

/** What a timer of Node can wait, which is 24 days. It fires at once if it is told to wait longer. */
const MOST_SECONDS = 2_147_483;

export function waitedSeconds(text: string): number {
  const value = positiveNumber(text);
  if (value <= MOST_SECONDS) return value;
  throw new InvalidArgumentError(`Expected at most ${MOST_SECONDS} seconds.`);
}

export function positiveWholeNumber(text: string): number {
  const value = positiveNumber(text);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Expected a whole number above 0.');
}

/** `a,b` as a list. */
export function commaSeparated(text: string): readonly string[] {
  const values = text.split(',').map((value) => value.trim());
  if (values.every((value) => value !== '')) return values;
  throw new InvalidArgumentError('Expected values with commas in between.');
}

export function regularExpression(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch {
    throw new InvalidArgumentError('Expected a regular expression.');
  }
}
