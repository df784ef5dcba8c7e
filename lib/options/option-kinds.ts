import { isObject } from './is-object.js';
import { isBoolean, isWholeNumber, type OptionRule } from './option-rules.js';

/** A rule without the name and the default of an option, for options of the same kind. */
export type OptionKind = Omit<OptionRule, 'option' | 'default'>;

const ONE_OF_THE_TWO = 'give one of the two';

export const FLAG: OptionKind = {
  expected: 'true or false',
  fix: ONE_OF_THE_TWO,
  holds: isBoolean,
  fromText: flagOf,
};

/** A group of options that can be switched off as a whole. */
export const GROUP_OR_OFF: OptionKind = {
  expected: 'an object of options, or false',
  fix: ONE_OF_THE_TWO,
  holds: (value) => value === false || isObject(value),
  fromText: (text) => (text === 'true' ? {} : flagOf(text)),
};

export function oneOfTexts(...texts: readonly string[]): OptionKind {
  const listed = texts.map((text) => `'${text}'`).join(' or ');
  return {
    expected: listed,
    fix: ONE_OF_THE_TWO,
    holds: (value) => texts.some((text) => text === value),
    fromText: (text) => text,
  };
}

/** @param least the smallest value that is allowed */
export function wholeNumber(least: number, fix: string): OptionKind {
  return { expected: `a whole number from ${least}`, fix, holds: isWholeNumber(least), fromText: numberOf };
}

/** Converts `true` and `false`; any other text stays a string. */
export function flagOf(text: string): unknown {
  if (text === 'true') return true;
  return text === 'false' ? false : text;
}

/** Converts a number in JavaScript's notation; any other text stays a string. */
export function numberOf(text: string): unknown {
  const number = text.trim() === '' ? NaN : Number(text);
  return Number.isNaN(number) ? text : number;
}

/** Splits at commas and trims the parts. */
export function listOf(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim());
}

/** Converts `a=1,b=2` to an object of strings; a value may contain `=`. Any other text stays a string. */
export function pairsOf(text: string): unknown {
  const pairs = listOf(text).map((pair) => pair.split('='));
  if (pairs.some(({ length }) => length === 1)) return text;
  return Object.fromEntries(pairs.map(([name, ...value]) => [name, value.join('=')]));
}
