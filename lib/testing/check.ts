import { baselineOf } from './baseline.js';
import { type Claim, type Seen, type Verdict } from './claims.js';
import { type Labels } from '../exposition/family.js';
import { type MetricSource, snapshot } from './metric-source.js';
import { misspelling } from './misspelling.js';
import { lookUntil, type Patience } from './patience.js';
import { picture, seriesText } from './picture.js';
import { type Snapshot } from '../exposition/snapshot.js';

/** A claim about a metric, and where to look. */
export interface Question {
  readonly source: MetricSource;
  readonly name: string;
  readonly labels: Labels;
  /** What to compare with; the baseline of the source by default. */
  readonly since?: Snapshot;
  /** Without it, one look decides. */
  readonly patience?: Patience;
}

export interface Answer {
  readonly holds: boolean;
  /** Why it does not hold; or, if it does, what to say to someone who expected it not to. */
  readonly message: string;
  /** Nothing has such a name or such a label: neither the claim nor its opposite says anything. */
  readonly isMisspelt: boolean;
}

/** Holds a claim against the source, again and again if there is patience. */
export async function check(question: Question, claim: Claim): Promise<Answer> {
  const before = claim.isRelative ? (question.since ?? baselineOf(question.source)) : question.since;
  const { seen, verdict, isMisspelt } = await lookUntil(
    () => look(question, claim, before),
    (one) => one.verdict.holds || one.verdict.isHopeless === true,
    question.patience,
  );
  return { holds: verdict.holds, message: messageOf(claim, seen, verdict), isMisspelt };
}

interface Look {
  readonly seen: Seen;
  readonly verdict: Verdict;
  readonly isMisspelt: boolean;
}

async function look({ source, name, labels }: Question, claim: Claim, before: Snapshot | undefined): Promise<Look> {
  const seen: Seen = { name, labels, before, after: await snapshot(source) };
  const misspelt = misspelling(name, labels, seen.after);
  if (misspelt !== undefined) return { seen, verdict: { holds: false, butGot: misspelt }, isMisspelt: true };
  return { seen, verdict: claim.judge(seen), isMisspelt: false };
}

function messageOf({ text }: Claim, seen: Seen, { holds, butGot }: Verdict): string {
  const metric = seriesText(seen.name, seen.labels);
  return `Expected ${metric} ${holds ? 'not ' : ''}${text}, but ${butGot}.\n\n${picture(seen)}`;
}
