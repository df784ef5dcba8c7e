import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CommandFault, reasonOf } from '../command-fault.js';
import { type Terminal } from '../terminal.js';

export interface WrittenFile {
  readonly name: string;
  readonly text: string;
}

/** Writes files into a folder, which is made if it is missing. Files of the same name are replaced. */
export function writeFiles(folder: string, files: readonly WrittenFile[], terminal: Terminal): void {
  try {
    makeFolder(resolve(folder));
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
  } catch (error) {
    throw new CommandFault(`Cannot write into ${folder}: ${reasonOf(error)}.`);
  }
  for (const { name } of files) terminal.note(`${join(folder, name)}\n`);
}

/** Not with `recursive`, which never returns for a folder that cannot be made in `/proc` (Node 20). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}
