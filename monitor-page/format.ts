/** A number and its unit apart, as a tile sets them in different sizes. */
export interface Quantity {
  readonly number: string;
  readonly unit: string;
}
export type Format = (value: number | null) => Quantity;

const NOTHING: Quantity = { number: '–', unit: '' };
const NO_BREAK_SPACE = '\u{a0}';

const LOCALE = 'en';
const WITH_DECIMALS = [0, 1, 2].map((digits) => new Intl.NumberFormat(LOCALE, { maximumFractionDigits: digits }));
const ONE_DECIMAL = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const COMPACT = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });
const COMPACT_FROM = { rate: 1e5, count: 1e7, total: 1e10 } as const;
const AXIS_COMPACT_FROM = 1e4;

/** At most so many decimals, but never a zero for what is not. */
function withDecimals(value: number, digits: 0 | 1 | 2): string {
  const least = 10 ** -digits;
  return value > 0 && value < least / 2 ? `<${least}` : (WITH_DECIMALS[digits]?.format(value) ?? '');
}

function plain(value: number): string {
  if (value >= COMPACT_FROM.rate) return COMPACT.format(value);
  if (value < 10) return withDecimals(value, 2);
  return withDecimals(value, value < 100 ? 1 : 0);
}

function milliseconds(value: number): string {
  if (value < 1) return withDecimals(value, 2);
  return withDecimals(value, value < 10 ? 1 : 0);
}

const orNothing =
  (format: (value: number) => Quantity): Format =>
  (value) =>
    value === null ? NOTHING : format(value);

export const ratio: Format = orNothing((value) => ({ number: plain(value), unit: '' }));
/** With one decimal always, so that a column of them lines up. */
export const perRequest: Format = orNothing((value) => ({
  number: value > 0 && value < 100 ? ONE_DECIMAL.format(value) : plain(value),
  unit: '',
}));
export const rate: Format = orNothing((value) => ({ number: plain(value), unit: '/s' }));
export const share: Format = orNothing((value) => ({
  number: withDecimals(value * 100, value < 0.1 ? 2 : 1),
  unit: '%',
}));
/** What would round to 1000 ms is a second. */
export const duration: Format = orNothing((seconds) =>
  seconds < 0.9995 ? { number: milliseconds(seconds * 1000), unit: 'ms' } : { number: plain(seconds), unit: 's' },
);

/** A rate stands close to its unit, as in `12.3/s`; all others keep a space. */
export function inOne({ number, unit }: Quantity): string {
  if (unit === '') return number;
  return unit === '/s' ? number + unit : number + NO_BREAK_SPACE + unit;
}

export const formatDuration = (seconds: number | null): string => inOne(duration(seconds));
const countUpTo = (most: number, count: number): string =>
  (count < most ? WITH_DECIMALS[0] : COMPACT)?.format(count) ?? '';
export const formatCount = (count: number): string => countUpTo(COMPACT_FROM.count, count);
/** To the last digit for long: it is the one figure that is seen to count. */
export const formatTotal = (count: number): string => countUpTo(COMPACT_FROM.total, count);
/** As short as the left edge of a chart is narrow. */
export const formatAxisRate = (value: number): string =>
  value >= AXIS_COMPACT_FROM ? COMPACT.format(value) : withDecimals(value, 2);

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
