import { randomInt } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../host/life-socket.js';
import { listFiles, type NumbersOfProcess, type ProcessFiles } from './process-files.js';

/** Processes that start together see each other, and choose again. */
const MAX_TRIES = 100;

/**
 * Takes a number that no other living process of the directory has, the lowest one if nobody else looks for one at the
 * same time: it is the value of the label `process`, so there are no more values than processes at the same time.
 *
 * Each writes its choice first, in the name of an empty file, and then looks at those of the others. So of two that chose
 * the same number, one at least sees the other, and chooses again.
 *
 * @param former the number that an earlier thread of this process had
 */
export async function takeSlot(files: ProcessFiles, former: number | undefined): Promise<number> {
  if (former !== undefined) return former;
  let slot = freeSlot(await takenSlots(files), 0);
  writeFileSync(files.numbers(slot), '', { mode: 0o600 });
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const taken = await takenSlots(files);
    if (!taken.has(slot)) return slot;
    const next = freeSlot(taken, randomInt(tries * 2));
    renameSync(files.numbers(slot), files.numbers(next));
    slot = next;
  }
  throw new Error(`No number was free in ${files.directory} after ${MAX_TRIES} tries.`);
}

/** The numbers of the other processes that live. */
async function takenSlots({ directory, id }: ProcessFiles): Promise<ReadonlySet<number>> {
  const { numbers } = await listFiles(directory);
  const others = numbers.filter((one) => one.heir === undefined && one.id !== id);
  const living = await Promise.all(others.map(async (one) => ((await lives(directory, one)) ? [one.slot] : [])));
  return new Set(living.flat());
}

async function lives(directory: string, { id }: NumbersOfProcess): Promise<boolean> {
  return isAlive(join(directory, `${id}.life`));
}

/** The free number that has `skip` free ones below it. */
function freeSlot(taken: ReadonlySet<number>, skip: number): number {
  for (let slot = 0, free = 0; ; slot += 1) {
    if (taken.has(slot)) continue;
    if (free === skip) return slot;
    free += 1;
  }
}
