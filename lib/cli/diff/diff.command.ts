import { Command, Option } from 'commander';
import { type DiffFlags } from './diff-flags.js';
import { type Invocation } from '../invocation.js';
import { withAccessFlags } from '../read/access-flags.js';

export function diffCommand(invocation: Invocation): Command {
  const command = new Command('diff')
    .description('Compare what two endpoints publish: metrics, types, labels, buckets, help and number of series.')
    .argument('<old>', 'URL of an endpoint, file with an exposition, or - for stdin')
    .argument('<new>', 'the same, for the newer one')
    .option('--markdown', 'print the report for a comment of a pull request')
    .addOption(new Option('--json', 'print the report as JSON').conflicts('markdown'))
    .action(async (before: string, after: string, flags: DiffFlags) => {
      const { runDiff } = await import('./run-diff.js');
      invocation.status = await runDiff(before, after, flags, invocation.terminal);
    });
  return withAccessFlags(command);
}
