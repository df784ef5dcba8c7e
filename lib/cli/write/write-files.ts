import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFault, reasonOf } from '../command-fault.js';
import { type Terminal } from '../terminal.js';

export interface WrittenFile {
  readonly name: string;
  readonly text: string;
}

/** Writes files into a folder, which is made if it is missing. Files of the same name are replaced. */
export function writeFiles(folder: string, files: readonly WrittenFile[], terminal: Terminal): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
  } catch (error) {
    throw new CommandFault(`Cannot write into ${folder}: ${reasonOf(error)}.`);
  }
  for (const { name } of files) terminal.note(`${join(folder, name)}\n`);
}
