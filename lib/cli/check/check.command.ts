import { Command, Option } from 'commander';
import { positiveWholeNumber, commaSeparated, regularExpression } from '../flag-values.js';
import { type CheckFlags } from './check-flags.js';
import { type Invocation } from '../invocation.js';
import { withAccessFlags } from '../read/access-flags.js';
import { LEVELS } from './finding.js';

export function checkCommand(invocation: Invocation): Command {
  const command = new Command('check')
    .description('Check what an endpoint publishes: names, number of series, and whether rules and dashboards fit.')
    .argument('<source>', 'URL of an endpoint, file with an exposition, or - for stdin')
    .option('--rules <files...>', 'rule files of Prometheus, to compare the names in them')
    .option('--dashboards <files...>', 'dashboards of Grafana, to compare the names in them')
    .option('--target-labels <labels>', 'labels that Prometheus adds when it scrapes', commaSeparated, [
      'job',
      'instance',
    ])
    .option(
      '--ignore <pattern>',
      'names in the files that are not reported, as a regular expression',
      regularExpression,
    )
    .option('--label-sets <n>', 'the option limits.labelSetsPerMetric of the application', positiveWholeNumber, 1000)
    .option('--max-series <n>', 'report each metric with more series', positiveWholeNumber)
    .option('--top <n>', 'metrics in the list of those with most series', positiveWholeNumber, 10)
    .addOption(
      new Option('--fail-on <level>', 'exit with 1 if there is a finding of this level or a worse one')
        .choices(LEVELS)
        .default('warning'),
    )
    .option('--json', 'print the report as JSON')
    .action(async (source: string, flags: CheckFlags) => {
      const { runCheck } = await import('./run-check.js');
      invocation.status = await runCheck(source, flags, invocation.terminal);
    });
  return withAccessFlags(command);
}
