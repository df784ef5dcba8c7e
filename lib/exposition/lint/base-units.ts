/** Maps a unit in a name to the base unit that Prometheus expects. Copied from promlint, like the rest of this file. */
const BASE_UNITS: ReadonlyMap<string, string> = new Map([
  ...['amperes', 'bytes', 'celsius', 'grams', 'joules', 'kelvin', 'meters', 'metres', 'seconds', 'volts'].map(
    (unit) => [unit, unit] as const,
  ),
  ...['minutes', 'hours', 'days', 'weeks'].map((unit) => [unit, 'seconds'] as const),
  ['kelvins', 'kelvin'],
  ...['fahrenheit', 'rankine'].map((unit) => [unit, 'celsius'] as const),
  ...['inches', 'yards', 'miles'].map((unit) => [unit, 'meters'] as const),
  ['bits', 'bytes'],
  ['calories', 'joules'],
  ...['pounds', 'ounces'].map((unit) => [unit, 'grams'] as const),
]);

/** `mibi` and `pebi` are spelled as in promlint. */
const PREFIX = /^(?:pico|nano|micro|milli|centi|deci|deca|hecto|kilo|kibi|mega|mibi|giga|gibi|tera|tebi|peta|pebi)/;

const ABBREVIATIONS = ['s', 'ms', 'us', 'ns', 'sec', 'b', 'kb', 'mb', 'gb', 'tb', 'pb', 'm', 'h', 'd'];

export interface NamedUnit {
  readonly unit: string;
  readonly base: string;
}

/** The first unit in a name, with or without a prefix such as `milli`. */
export function unitOf(name: string): NamedUnit | undefined {
  for (const unit of name.split('_')) {
    const base = BASE_UNITS.get(unit) ?? BASE_UNITS.get(unit.replace(PREFIX, ''));
    if (base !== undefined) return { unit, base };
  }
  return undefined;
}

/** The first word of a name does not count: `ms_total` has no unit of milliseconds. */
export function hasAbbreviatedUnit(name: string): boolean {
  return name
    .toLowerCase()
    .split('_')
    .slice(1)
    .some((word) => ABBREVIATIONS.includes(word));
}
