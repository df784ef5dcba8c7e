import { readdir, readFile, stat } from 'node:fs/promises';

/** What Linux knows of a process. What could not be read is undefined. */
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
 * Reads it anew, the limits as well: they can be changed from outside. Files of `/proc` are made of memory and do not
 * block, but a busy thread pool can keep the reading waiting.
 */
export async function readProcStatus(): Promise<ProcStatus> {
  // First and alone: the other two files would be open in the meantime, and be counted.
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

/** Linux 6.2 has the number as the size of the directory. Before that it is 0, and the directory has to be opened. */
async function countOpenFiles(): Promise<number> {
  const { size } = await stat('/proc/self/fd');
  return size > 0 ? size : (await readdir('/proc/self/fd')).length - 1;
}

/** `VmRSS:     1704 kB` */
export function statusNumber(status: string | undefined, name: string): number | undefined {
  const found = status?.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))?.[1];
  return found === undefined ? undefined : Number(found);
}

/** `Max open files            20000                20000                files`, or `unlimited`, which is no number. */
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
