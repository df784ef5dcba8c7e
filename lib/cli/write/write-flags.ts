import { type Command } from 'commander';
import { withAccessFlags } from '../read/access-flags.js';
import { type AccessFlags } from '../read/access.js';

/** The flags of every command that writes files for an application. */
export interface WriteFlags extends AccessFlags {
  readonly from?: string;
  readonly namespace?: string;
  readonly out?: string;
}

export function withWriteFlags(command: Command): Command {
  command
    .option('--from <source>', 'URL or file with the metrics of the application, to read its settings from')
    .option('--namespace <name>', 'the option namespace of the application')
    .option('--out <folder>', 'write files into this folder, instead of printing');
  return withAccessFlags(command);
}
