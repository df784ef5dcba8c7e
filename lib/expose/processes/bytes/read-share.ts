import { type CellPlace } from '../../../metrics/cell-address.js';
import { exemplarsWidth } from '../../../metrics/exemplar-cells.js';
import { seriesWidth } from '../../../metrics/family-data.js';
import { type ForeignFamily } from '../../foreign-family.js';
import { type FamilyReading, type Reading } from '../../reading.js';
import { assertForeign } from './assert-data.js';
import { type ShortEntry } from './entries.js';
import { FollowedEntries } from './followed-entries.js';
import { foreignFromJson } from './foreign-json.js';
import { dropUnknownBuckets } from './known-buckets.js';
import { cellsIn, type Frame, framesIn, jsonIn, type Owner } from './frames.js';
import { EMPTY_READING, SHARE_FORMAT, type ShareContent, type ShareHead } from './share-content.js';

/** What is read of one owner. */
interface Read {
  readonly chunks: Float64Array[];
  /** Undefined until there are any. */
  entries: FollowedEntries | undefined;
  foreign: readonly ForeignFamily[];
}

/**
 * A share from its bytes, which must be the caller's own: the cells are read where they are.
 *
 * @param former what the same process told before: what is not told again is taken from there
 * @errors throws for bytes that are none, or of a format that this version does not know
 */
export function readShare(bytes: Uint8Array<ArrayBuffer>, former?: ShareContent): ShareContent {
  const read: Record<Owner, Read> = { own: nothing(), inherited: nothing() };
  let head: ShareHead | undefined;
  let inheritedIds: readonly string[] | undefined;
  for (const frame of framesIn(bytes)) {
    if (frame.kind === 'head') head = headIn(frame);
    else if (head === undefined) throw new TypeError('Expected the numbers of a process, got something else.');
    else if (frame.kind === 'ids') inheritedIds = jsonIn(frame) as readonly string[];
    else readFrame(frame, read[frame.owner]);
  }
  if (head === undefined) throw new TypeError('Expected the numbers of a process, got a file without any.');
  const own = readingOf(read.own, former?.own);
  if (inheritedIds !== undefined) return { head, own, inheritedIds, inherited: readingOf(read.inherited) };
  return { head, own, inheritedIds: former?.inheritedIds ?? [], inherited: former?.inherited ?? EMPTY_READING };
}

/** The head at the beginning of these bytes, of whatever format; undefined if there is none. */
export function headOf(bytes: Uint8Array<ArrayBuffer>): Partial<ShareHead> | undefined {
  try {
    const first = framesIn(bytes).next().value as Frame | undefined;
    return first?.kind === 'head' ? (jsonIn(first) as Partial<ShareHead>) : undefined;
  } catch {
    return undefined;
  }
}

/** @errors throws for a format that this version does not know */
function headIn(frame: Frame): ShareHead {
  const head = jsonIn(frame) as ShareHead;
  if (head.format !== SHARE_FORMAT) throw new UnknownFormat(head);
  return head;
}

/** Written by another version of this library, which can read it. */
export class UnknownFormat extends TypeError {
  constructor({ format, version }: Partial<ShareHead>) {
    super(`Expected numbers in the format ${SHARE_FORMAT}, got the format ${format} of version ${version}.`);
  }
}

function nothing(): Read {
  return { entries: undefined, chunks: [], foreign: [] };
}

function readFrame(frame: Frame, read: Read): void {
  if (frame.kind === 'chunk') read.chunks.push(cellsIn(frame));
  else if (frame.kind === 'foreign') read.foreign = foreignFromJson(assertForeign(jsonIn(frame)));
  else {
    read.entries ??= new FollowedEntries();
    for (const entry of jsonIn(frame) as readonly ShortEntry[]) read.entries.hear(entry);
  }
}

function readingOf({ entries, chunks, foreign }: Read, former?: Reading): Reading {
  const own =
    entries === undefined ? formerFamilies(former, chunks) : entries.read().map((one) => withKnownCells(one, chunks));
  for (const family of own) if (family.native) dropUnknownBuckets(family, chunks);
  return { own, chunks, foreign };
}

/** @errors throws when their cells are not there any more */
function formerFamilies(former: Reading | undefined, chunks: readonly Float64Array[]): readonly FamilyReading[] {
  if (former === undefined) return [];
  const isThere = former.chunks.every(({ length }, i) => chunks[i]?.length === length);
  if (!isThere) throw new TypeError('Expected at least the cells that were told before, got fewer.');
  return former.own;
}

/** Without series whose cells are not there: the process ended between the entry and the cells, or the file is damaged. */
function withKnownCells(family: FamilyReading, chunks: readonly Float64Array[]): FamilyReading {
  const width = seriesWidth(family);
  const exemplars = exemplarsWidth(family.bounds);
  const isKnown = ({ chunk, at }: CellPlace, cells: number) =>
    Number.isInteger(at) && at >= 0 && at + cells <= (chunks[chunk]?.length ?? 0);
  const series = family.series
    .filter((one) => isKnown(one, width))
    .map((one) => (one.exemplars && !isKnown(one.exemplars, exemplars) ? { ...one, exemplars: undefined } : one));
  const { overflow } = family;
  const knownOverflow = overflow !== undefined && isKnown(overflow, width) ? overflow : undefined;
  return { ...family, series, seriesCount: series.length, overflow: knownOverflow };
}
