import { type Command, Option } from 'commander';
import { type Naming, NAMINGS } from '../../catalogue/naming.js';
import { withAccessFlags } from '../read/access-flags.js';
import { type AccessFlags } from '../read/access.js';

/** The flags of every command that writes files for an application. */
export interface WriteFlags extends AccessFlags {
  readonly from?: string;
  readonly namespace?: string;
  readonly naming?: Naming;
  readonly out?: string;
}

export function withWriteFlags(command: Command): Command {
  command
    .option('--from <source>', 'URL or file with the metrics of the application, to read its settings from')
    .option('--namespace <name>', 'the option namespace of the application')
    .addOption(
      new Option(
        '--naming <name>',
        'the names to read, of the option naming (default: nest, or what is published)',
      ).choices(NAMINGS),
    )
    .option('--out <folder>', 'write files into this folder, instead of printing');
  return withAccessFlags(command);
}
