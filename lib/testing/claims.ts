import { isCumulative } from '../exposition/cumulative.js';
import { type Labels } from '../exposition/family.js';
import { familyOf } from './family-of.js';
import { type Snapshot } from '../exposition/snapshot.js';

/** What a claim is about: the series of a name that have these labels, and any others, before and after. */
export interface Seen {
  readonly name: string;
  readonly labels: Labels;
  readonly before: Snapshot | undefined;
  readonly after: Snapshot;
}

export interface Verdict {
  readonly holds: boolean;
  /** Completes "but …". */
  readonly butGot: string;
  /** Nothing that happens later can make it hold. */
  readonly isHopeless?: boolean;
}

/** Something that can be said of a metric. */
export interface Claim {
  /** Completes "Expected this metric …", and behind "not" too. */
  readonly text: string;
  /** Whether it compares with a baseline. */
  readonly isRelative: boolean;
  judge(seen: Seen): Verdict;
}

/** Fractions are off by the last bits of a double, and so are their sums, which no test should have to know. */
const TOLERANCE = 1e-9;
const LAST_BITS = 64 * Number.EPSILON;

export function increasedBy(amount: number): Claim {
  return {
    text: `to have increased by ${amount}`,
    isRelative: true,
    judge: ({ name, labels, before, after }) => {
      const [from, to] = [before?.sum(name, labels) ?? 0, after.sum(name, labels)];
      const by = Object.is(from, to) ? 0 : to - from;
      const holds = isClose(by, amount, Math.max(Math.abs(from), Math.abs(to)));
      const family = familyOf(after, name);
      const isBeyond = !holds && by > amount && family !== undefined && isCumulative(name, family);
      return { holds, butGot: `it increased by ${by}`, isHopeless: isBeyond };
    },
  };
}

export function hasValue(value: number): Claim {
  return {
    text: `to be ${value}`,
    isRelative: false,
    judge: ({ name, labels, after }) => {
      if (after.series(name, labels).length === 0) return NO_SERIES;
      const sum = after.sum(name, labels);
      return { holds: isClose(sum, value, Math.max(Math.abs(sum), Math.abs(value))), butGot: `it is ${sum}` };
    },
  };
}

export const EXISTS: Claim = {
  text: 'to exist',
  isRelative: false,
  judge: ({ name, labels, after }) =>
    after.series(name, labels).length === 0 ? NO_SERIES : { holds: true, butGot: 'it does' },
};

const NO_SERIES: Verdict = { holds: false, butGot: 'there is no such series' };

function isClose(got: number, wanted: number, scale: number): boolean {
  if (Object.is(got, wanted) || got === wanted) return true;
  if (!Number.isFinite(scale)) return false;
  const asked = Number.isInteger(wanted) ? 0 : TOLERANCE * Math.abs(wanted);
  return Math.abs(got - wanted) <= asked + LAST_BITS * scale;
}
