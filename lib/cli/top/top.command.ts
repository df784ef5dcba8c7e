import { Command, Option } from 'commander';
import { positiveWholeNumber, waitedSeconds } from '../flag-values.js';
import { type TopFlags } from './top-flags.js';
import { type Invocation } from '../invocation.js';
import { withAccessFlags } from '../read/access-flags.js';
import { ORDERS } from './activity.js';

export function topCommand(invocation: Invocation): Command {
  const command = new Command('top')
    .description('Show the busiest and slowest routes and SQL statements, from two scrapes.')
    .argument('<source>', 'URL of an endpoint')
    .option('--interval <seconds>', 'time between two scrapes', waitedSeconds, 5)
    .addOption(new Option('--sort <column>', 'what comes first').choices(ORDERS).default('time'))
    .option('--limit <n>', 'rows of each table', positiveWholeNumber, 15)
    .option('--once', 'show one interval and end, instead of going on until Ctrl-C')
    .option('--json', 'print one line of JSON per interval')
    .action(async (source: string, flags: TopFlags) => {
      const { runTop } = await import('./run-top.js');
      invocation.status = await runTop(source, flags, invocation.terminal);
    });
  return withAccessFlags(command);
}
