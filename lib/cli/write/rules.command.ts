import { Command } from 'commander';
import { type Invocation } from '../invocation.js';
import { type RuleFlags, withObjectiveFlags, withRuleFlags } from './rule-flags.js';

export function rulesCommand(invocation: Invocation): Command {
  const command = new Command('rules')
    .description('Write recording rules for Prometheus, for the names and buckets of your application.')
    .action(async (flags: RuleFlags) => {
      const { writeRules } = await import('./write-rules.js');
      await writeRules('rules', flags, invocation.terminal);
    });
  return withRuleFlags(command);
}

export function alertsCommand(invocation: Invocation): Command {
  const command = new Command('alerts')
    .description('Write alerts for Prometheus. They need the recording rules of the command rules.')
    .action(async (flags: RuleFlags) => {
      const { writeRules } = await import('./write-rules.js');
      await writeRules('alerts', flags, invocation.terminal);
    });
  return withObjectiveFlags(withRuleFlags(command));
}
