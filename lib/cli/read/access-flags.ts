import { type Command } from 'commander';
import { waitedSeconds } from '../flag-values.js';

/** The flags of every command that reads endpoints. */
export function withAccessFlags(command: Command): Command {
  return command
    .option('--bearer-token-file <file>', 'file with a token, sent as "Authorization: Bearer …"')
    .option('--header <header>', 'a header "name: value" to send; may be repeated', repeated)
    .option('--timeout <seconds>', 'give up after this time', waitedSeconds, 10)
    .option('--ca <file>', 'file with the certificate authorities to trust, in PEM');
}

function repeated(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
