import { type Seen } from './claims.js';
import { type Labels, type Sample } from '../exposition/family.js';
import { seriesIdentity } from '../exposition/series-identity.js';
import { similarNames } from '../exposition/similar-names.js';

const MOST_NEIGHBOURS = 10;

/** One series in both snapshots. */
interface Row {
  readonly name: string;
  readonly labels: Labels;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** The series that were asked for and those beside them, before and after, as a table for the reader of a failed test. */
export function picture(seen: Seen): string {
  const { name, labels } = seen;
  const asked = rowsOf(seen, name, labels);
  const neighbours = neighboursOf(seen, new Set(asked.map(identityOf)));
  const shown = neighbours.slice(0, MOST_NEIGHBOURS);
  const width = columnWidth([...asked, ...shown]);
  const lines = (rows: readonly Row[]) => rows.map((row) => lineOf(row, seen, width));
  const more = neighbours.length - shown.length;
  return [
    headOf(seen, width),
    ...lines(asked.length > 0 ? asked : [{ name, labels, before: undefined, after: undefined }]),
    ...(shown.length > 0 ? ['', 'Neighbouring series:', ...lines(shown)] : []),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ].join('\n');
}

/** Of the same name; of the names it may have been meant to be, when there is no such name. Those that moved are first. */
function neighboursOf(seen: Seen, asked: ReadonlySet<string>): readonly Row[] {
  const ofName = rowsOf(seen, seen.name);
  const rows =
    ofName.length > 0 ? ofName : similarNames(seen.name, seen.after.names).flatMap((name) => rowsOf(seen, name));
  return rows
    .filter((row) => !asked.has(identityOf(row)))
    .toSorted(
      (one, other) =>
        Number(hasMoved(other, seen)) - Number(hasMoved(one, seen)) || agreement(other, seen) - agreement(one, seen),
    );
}

function rowsOf({ before, after }: Seen, name: string, labels: Labels = {}): readonly Row[] {
  const gone = (before?.series(name, labels) ?? []).filter((one) => after.value(name, one.labels) === undefined);
  return [...after.series(name, labels), ...gone].map((one: Sample) => ({
    name,
    labels: one.labels,
    before: before?.value(name, one.labels),
    after: after.value(name, one.labels),
  }));
}

function identityOf({ name, labels }: Row): string {
  return seriesIdentity(name, labels);
}

function hasMoved({ before, after }: Row, seen: Seen): boolean {
  return seen.before !== undefined && !Object.is(before ?? 0, after ?? 0);
}

/** How many of the labels that were asked for a series has. */
function agreement({ labels }: Row, seen: Seen): number {
  return Object.entries(seen.labels).filter(([label, value]) => labels[label] === value).length;
}

function headOf({ before }: Seen, width: number): string {
  return `  ${before === undefined ? '' : `${'before'.padStart(width)}  `}${'after'.padStart(width)}`;
}

function lineOf(row: Row, { before }: Seen, width: number): string {
  const values = before === undefined ? [row.after] : [row.before, row.after];
  return `  ${values.map((value) => textOf(value).padStart(width)).join('  ')}  ${seriesText(row.name, row.labels)}`;
}

function columnWidth(rows: readonly Row[]): number {
  const widest = (width: number, { before, after }: Row) =>
    Math.max(width, textOf(before).length, textOf(after).length);
  return rows.reduce(widest, 'before'.length);
}

function textOf(value: number | undefined): string {
  return value === undefined ? '–' : String(value);
}

/** A series as it stands in an exposition. */
export function seriesText(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}
