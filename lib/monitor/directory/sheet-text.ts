import { WIDTH } from '../history/counts.js';
import { ROUTE_WIDTH } from '../history/route-history.js';
import { type OwnProcess } from '../own-process.js';
import { MOST_ROWS_OF_SHEET, Sheet } from './sheet.js';

/** Raised when a reader of the former could not read it. A later one is not read, and never changed or deleted. */
const FORMAT_VERSION = 1;

/** A method and a route, with the minute before it. */
export const MOST_NAME_LENGTH = 1000;
const FILE_ID = /^[\da-f]{16}$/;

/** What a file says. */
export interface SheetText {
  readonly application: string;
  readonly process: OwnProcess;
  /** When it was written, in milliseconds since 1970. */
  readonly seenMs: number;
  readonly sheet: Sheet;
}

/** Why the counts of a file are not taken. Only a malformed one of an ended process is deleted. */
export type Unreadable = 'malformed' | 'later' | 'foreign';

export function writeSheet({ application, process, seenMs, sheet }: SheetText): string {
  const { rows, included } = sheet;
  return JSON.stringify({
    version: FORMAT_VERSION,
    application,
    process,
    seenMs,
    included: [...included],
    rows: Array.from(rows, ([key, counts]) => [key, ...Array.from(counts, Math.round)]),
  });
}

/** @param application the name that the file must have */
export function readSheet(text: string, application: string): SheetText | Unreadable {
  const content = contentOf(text);
  if (content === undefined) return 'malformed';
  if (typeof content['version'] === 'number' && content['version'] > FORMAT_VERSION) return 'later';
  if (typeof content['application'] === 'string' && content['application'] !== application) return 'foreign';
  const { process, seenMs, included, rows } = content;
  if (!isProcess(process) || !isTime(seenMs) || !isListOf(included, isFileId) || !isListOf(rows, isRow)) {
    return 'malformed';
  }
  const sheet = new Sheet();
  if (rows.length > MOST_ROWS_OF_SHEET) return 'malformed';
  for (const [key, ...counts] of rows) sheet.rows.set(key, Float64Array.from(counts));
  for (const id of included) sheet.included.add(id);
  return { application, process, seenMs, sheet };
}

/** The application of a file that belongs to another one, for the message about it. */
export function applicationIn(text: string): string | undefined {
  const application = contentOf(text)?.['application'];
  return typeof application === 'string' ? application : undefined;
}

function contentOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

type Row = readonly [string, ...number[]];

function isRow(value: unknown): value is Row {
  if (!Array.isArray(value) || value.length > WIDTH + 1) return false;
  const [key, ...counts] = value as readonly unknown[];
  if (typeof key !== 'string' || key.length > MOST_NAME_LENGTH || !counts.every(isCount)) return false;
  return counts.length === (isRoute(key) ? ROUTE_WIDTH : WIDTH);
}

/** A method and a route have a space between them, and buckets have none. */
function isRoute(key: string): boolean {
  return key.includes(' ');
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime());
}

function isFileId(value: unknown): value is string {
  return typeof value === 'string' && FILE_ID.test(value);
}

function isProcess(value: unknown): value is OwnProcess {
  const { id, host, pid, startedAt } = Object(value) as Readonly<Record<string, unknown>>;
  const isTold = typeof id === 'string' && typeof host === 'string' && typeof startedAt === 'string';
  return isTold && Number.isSafeInteger(pid) && isTime(Date.parse(startedAt));
}

function isListOf<T>(value: unknown, isOne: (one: unknown) => one is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}
