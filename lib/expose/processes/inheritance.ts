import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ShareContent } from './bytes/share-content.js';
import { type OwnNumbers } from './own-numbers.js';
import { claimedName, type NumbersOfProcess, ProcessFiles } from './process-files.js';

/** A process that has ended, and its numbers if there are any. */
export interface Ended {
  readonly file: NumbersOfProcess;
  readonly share: ShareContent | undefined;
}

export interface Inherited {
  /** Somebody else has claimed one of them. */
  readonly hasLost: boolean;
  /** Claimed by this process, and not inherited because its file could not be written. */
  readonly kept: readonly ShareContent[];
}

/**
 * Inherits the numbers of processes that have ended. A file is claimed by renaming it, which only one process can do; then
 * its numbers are added to those of this process, in memory and in its file, together with its id; then it is deleted.
 * Whenever this process is killed, either its file does not have the id, and the claimed file is still there for another
 * heir; or it has the id, and the claimed file counts no more.
 *
 * There is no await in here, so that two scrapes cannot inherit the same numbers.
 *
 * @param knownIds what the other processes have inherited
 */
export function inheritFrom(
  directory: string,
  ownId: string,
  own: OwnNumbers,
  ended: readonly Ended[],
  knownIds: ReadonlySet<string>,
  failed: (error: unknown) => void,
): Inherited {
  const claimed = ended.flatMap((one) => claim(directory, ownId, one) ?? []);
  const amongThem = new Set(claimed.flatMap(({ share }) => share?.inheritedIds ?? []));
  const isNew = ({ file: { id } }: Ended) => !knownIds.has(id) && !amongThem.has(id) && !own.hasInherited(id);
  const shares = claimed.filter(isNew).flatMap(({ share }) => share ?? []);
  const hasLost = claimed.length < ended.length;
  try {
    if (shares.length > 0) own.inherit(shares);
  } catch (error) {
    failed(error);
    return { hasLost, kept: shares };
  }
  for (const { file } of claimed) removeFiles(directory, file);
  return { hasLost, kept: [] };
}

function claim(directory: string, ownId: string, { file, share }: Ended): Ended | undefined {
  const name = claimedName(file, ownId);
  try {
    if (name !== file.name) renameSync(join(directory, file.name), join(directory, name));
    return { file: { ...file, name, heir: ownId }, share };
  } catch {
    return undefined;
  }
}

function removeFiles(directory: string, { id, name }: NumbersOfProcess): void {
  const { life, socket, temporary } = new ProcessFiles(directory, id);
  for (const path of [join(directory, name), life, socket, temporary]) rmSync(path, { force: true });
}
