import { type Slice, TOTALS } from './slices.js';

/** A file with counts, by its name `<process>.<slice>`, or `<process>.totals.<heir>` once an heir has claimed them. */
export interface CountsFile {
  readonly name: string;
  readonly process: string;
  readonly slice: Slice;
  readonly heir: string | undefined;
}

const COUNTS = /^([\da-f]{16})\.(totals|[hm]\d{1,9})(?:\.([\da-f]{16}))?$/;
/** Files that carry no counts: the life socket, and files and sockets that are not complete. */
const OTHER = /^([\da-f]{16})\.(?:life~?|(?:totals|[hm]\d{1,9})~)$/;

/** Behind the name of a file that is being written. */
export const UNFINISHED = '~';

/** The longest name of a socket. */
export const LONGEST_SOCKET_NAME = lifeName('0123456789abcdef');

/** A process is called by so many hexadecimal digits in the names of its files. */
export function fileIdOf(uuid: string): string {
  return uuid.replaceAll('-', '').slice(0, 16);
}

export function lifeName(process: string): string {
  return `${process}.life`;
}

export function countsName(process: string, slice: Slice): string {
  return `${process}.${slice}`;
}

/** The totals of an ended process are claimed first and deleted last: whoever holds them settles all its files. */
export function claimedName(process: string, heir: string): string {
  return `${process}.${TOTALS}.${heir}`;
}

/** What is in a directory. Files of other programs are passed over. */
export class Listing {
  readonly files: readonly CountsFile[];
  private readonly counts = new Map<string, CountsFile[]>();
  private readonly others = new Map<string, string[]>();

  constructor(names: readonly string[]) {
    this.files = names.flatMap((name) => countsFileOf(name) ?? []);
    for (const file of this.files) put(this.counts, file.process, file);
    for (const name of names) put(this.others, OTHER.exec(name)?.[1], name);
  }

  get processes(): ReadonlySet<string> {
    return new Set([...this.counts.keys(), ...this.others.keys()]);
  }

  /** The files with the counts of a process. */
  of(process: string): readonly CountsFile[] {
    return this.counts.get(process) ?? [];
  }

  /** The names of the other files of a process. */
  othersOf(process: string): readonly string[] {
    return this.others.get(process) ?? [];
  }

  has(process: string, slice: Slice): boolean {
    return this.of(process).some((file) => file.slice === slice);
  }

  bySlice(): ReadonlyMap<Slice, readonly CountsFile[]> {
    const slices = new Map<Slice, CountsFile[]>();
    for (const file of this.files) put(slices, file.slice, file);
    return slices;
  }
}

/** Whether a slice has the same files in two listings, so that what was read between them belongs together. */
export function hasSameFiles(slice: Slice, one: Listing, other: Listing): boolean {
  return namesOf(slice, one) === namesOf(slice, other);
}

/** The names of the files of a slice, as one text. */
export function namesOf(slice: Slice, { files }: Listing): string {
  const names = files.filter((file) => file.slice === slice).map(({ name }) => name);
  return names.toSorted().join();
}

function put<T>(lists: Map<string, T[]>, key: string | undefined, one: T): void {
  if (key === undefined) return;
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [one]);
  else list.push(one);
}

function countsFileOf(name: string): CountsFile | undefined {
  const [, process = '', slice = '', heir] = COUNTS.exec(name) ?? [];
  if (process === '' || (heir !== undefined && slice !== TOTALS)) return undefined;
  return { name, process, slice, heir };
}
