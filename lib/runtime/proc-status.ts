import { readdir, readFile, stat } from 'node:fs/promises';

/** Values that Linux reports about a process. A value that could not be read is undefined. */
export interface ProcStatus {
  readonly residentBytes: number | undefined;
  readonly virtualBytes: number | undefined;
  readonly virtualMaxBytes: number | undefined;
  readonly dataBytes: number | undefined;
  readonly threads: number | undefined;
  readonly openFiles: number | undefined;
  readonly maxOpenFiles: number | undefined;
}

/**
 * Reads all values each time, the limits too, because other processes can change them. Files of `/proc` are in memory
 * and do not block, but a busy thread pool can delay reading them.
 */
export async function readProcStatus(): Promise<ProcStatus> {
  // The open files are counted first, because the other two files would be open and be counted.
  const openFiles = await orUndefined(countOpenFiles());
  const [status, limits] = await Promise.all([text('status'), text('limits')]);
  const kibibytes = (name: string) => times(1024, statusNumber(status, name));
  return {
    residentBytes: kibibytes('VmRSS'),
    virtualBytes: kibibytes('VmSize'),
    dataBytes: kibibytes('VmData'),
    threads: statusNumber(status, 'Threads'),
    openFiles,
    maxOpenFiles: softLimit(limits, 'Max open files'),
    virtualMaxBytes: softLimit(limits, 'Max address space'),
  };
}

/**
 * From Linux 6.2 on, the number is the size of the directory. Before that the size is 0, and the directory must be
 * read.
 */
async function countOpenFiles(): Promise<number> {
  const { size } = await stat('/proc/self/fd');
  return size > 0 ? size : (await readdir('/proc/self/fd')).length - 1;
}

/** `VmRSS:     1704 kB` */
export function statusNumber(status: string | undefined, name: string): number | undefined {
  const found = status?.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))?.[1];
  return found === undefined ? undefined : Number(found);
}

/** `Max open files            20000                20000                files`, or `unlimited`, which has no number. */
export function softLimit(limits: string | undefined, name: string): number | undefined {
  const found = limits?.match(new RegExp(`^${name}\\s+(\\d+)`, 'm'))?.[1];
  return found === undefined ? undefined : Number(found);
}

function text(file: string): Promise<string | undefined> {
  return orUndefined(readFile(`/proc/self/${file}`, 'utf8'));
}

async function orUndefined<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch {
    return undefined;
  }
}

function times(factor: number, value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * factor;
}
