import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The part of a file name that is different for each process: 12 hexadecimal digits. */
const ID_BYTES = 6;
const NUMBERS = /^(?<slot>\d{1,6})-(?<pid>\d{1,10})-(?<id>[\da-f]{12})\.numbers(?:\.(?<heir>[\da-f]{12}))?$/;
const OTHERS = /^(?<id>[\da-f]{12})\.(?:life|life~|sock|tmp)$/;

/** As long as the longest name of a socket. */
export const LONGEST_SOCKET_NAME = '0123456789ab.sock';

/** The numbers of a process, in a file. */
export interface NumbersOfProcess {
  readonly id: string;
  readonly slot: number;
  readonly pid: number;
  /** The name of the file. */
  readonly name: string;
  /** The process that inherits these numbers, and has claimed the file; undefined for that of a process of its own. */
  readonly heir: string | undefined;
}

/** A file that a process has beside its numbers. */
export interface OtherFile {
  readonly id: string;
  readonly name: string;
}

export interface Listing {
  readonly numbers: readonly NumbersOfProcess[];
  readonly others: readonly OtherFile[];
}

export function newProcessId(): string {
  return randomBytes(ID_BYTES).toString('hex');
}

/** What is in the directory. Files of other names are left alone. */
export async function listFiles(directory: string): Promise<Listing> {
  const names = await readdir(directory);
  return {
    numbers: names.flatMap((name) => numbersOf(name) ?? []),
    others: names.flatMap((name) => {
      const id = OTHERS.exec(name)?.groups?.['id'];
      return id === undefined ? [] : [{ id, name }];
    }),
  };
}

/** The paths of one process' files. */
export class ProcessFiles {
  /** Listened on by the main thread: it is there as long as the process lives. */
  readonly life: string;
  /** Listened on by the endpoint's thread, which answers with the numbers. */
  readonly socket: string;
  readonly temporary: string;

  constructor(
    readonly directory: string,
    readonly id: string,
  ) {
    this.life = join(directory, `${id}.life`);
    this.socket = join(directory, `${id}.sock`);
    this.temporary = join(directory, `${id}.tmp`);
  }

  numbers(slot: number): string {
    return join(this.directory, `${slot}-${process.pid}-${this.id}.numbers`);
  }
}

/** The name of a file of numbers once an heir has claimed it. */
export function claimedName({ name, heir }: NumbersOfProcess, newHeir: string): string {
  return `${heir === undefined ? name : name.slice(0, -heir.length - 1)}.${newHeir}`;
}

function numbersOf(name: string): NumbersOfProcess | undefined {
  const found = NUMBERS.exec(name)?.groups;
  if (found === undefined) return undefined;
  const { slot, pid, id = '', heir } = found;
  return { id, name, heir, slot: Number(slot), pid: Number(pid) };
}
