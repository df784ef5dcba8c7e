import { MOST_ROWS } from '../history/route-history.js';
import { fenceKey, PROCESSES_KEY } from './layout.js';
import { type Answer } from './round-trip.js';
import {
  BYTES_PER_FIELD,
  MOST_BYTES_PER_FIELD,
  MOST_DIGITS,
  MOST_MEMBER_BYTES,
  MOST_MEMBERS,
  MOST_NAME_LENGTH,
  MOST_PROCESSES,
  MOST_ROUTE_FIELDS,
} from './bounds.js';

/** What was found, in short. */
type Sentence = (key: string, got: string) => string;

/** What other programs may have written into the same Redis, and what is done about it. */
const SENTENCES = {
  large: (key, got) =>
    `Expected ${key} in Redis to have at most ${MOST_ROUTE_FIELDS} fields and ${MOST_ROUTE_FIELDS * BYTES_PER_FIELD} bytes, and ${MOST_BYTES_PER_FIELD} for each field, got ${got}: it is not read. See who else writes there.`,
  names: (key) =>
    `Expected names of routes of at most ${MOST_NAME_LENGTH} characters in ${key} of Redis, got longer ones: they are not read. See who else writes there.`,
  counts: (key) =>
    `Expected counts in ${key} of Redis, whole numbers of at most ${MOST_DIGITS} digits, got something else: it counts as 0. See who else writes there.`,
  routes: (key) =>
    `Expected ${MOST_ROWS} rows of routes at most in all minutes and hours in Redis, got more in ${key}: it is not read. See who else writes there, and give applications that need not be shown together a \`keyPrefix\` each.`,
  removed: (key, got) =>
    `Expected at most ${MOST_MEMBERS} processes in ${key} of Redis, of ${MOST_MEMBER_BYTES} bytes each, got ${got}: it was removed, and who is there reports again. See who else writes there.`,
  many: (key, got) =>
    `Expected ${MOST_PROCESSES} processes at most in ${key} of Redis, got ${got}: the others are not shown.`,
  ahead: (key, got) =>
    `Expected nobody to report at a time in the future in ${key} of Redis, got ${got}: they are not shown. See who else writes there, and whether the clock of Redis was put back.`,
  members: (key) =>
    `Expected processes in ${key} of Redis, got something else: it is not shown. See who else writes there.`,
  replaced: (key) =>
    `Expected ${key} in Redis to be the fence of this process, got something else: it was replaced, and nothing is lost or counted twice. See who else writes there.`,
  lost: (key) =>
    `Expected ${key} in Redis to be the fence of this process, got something else just when an answer of Redis was lost: nobody knows whether it has the numbers of that second, and they are not counted again. See who else writes there.`,
} as const satisfies Readonly<Record<string, Sentence>>;

export type Refusal = keyof typeof SENTENCES;

/** Says of each kind once what is not read: a shared Redis may be full of it, under other keys every hour. */
export class Refusals {
  private readonly said = new Set<Refusal>();

  constructor(
    private readonly keyPrefix: string,
    private readonly report: (error: unknown) => void,
  ) {}

  /** @param got nothing that others have written: what is reported ends in the log */
  add(refusal: Refusal, key: string, got = ''): void {
    if (this.said.has(refusal)) return;
    this.said.add(refusal);
    this.report(new RangeError(SENTENCES[refusal](this.keyPrefix + key, got)));
  }
}

/** Says what Redis had to remove or replace before it could take a batch. */
export function noteRefusals(
  { removed, fence }: Pick<Answer, 'removed' | 'fence'>,
  processId: string,
  refusals: Refusals,
): void {
  if (removed !== undefined) refusals.add('removed', PROCESSES_KEY, removed);
  if (fence === 'lost') refusals.add('lost', fenceKey(processId));
  else if (fence !== 'ours') refusals.add('replaced', fenceKey(processId));
}
