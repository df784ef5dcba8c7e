import { Command } from 'commander';
import { VERSION } from '../version.js';
import { checkCommand } from './check/check.command.js';
import { diffCommand } from './diff/diff.command.js';
import { type Invocation } from './invocation.js';
import { topCommand } from './top/top.command.js';
import { dashboardsCommand } from './write/dashboards.command.js';
import { alertsCommand, rulesCommand } from './write/rules.command.js';

const AFTER_HELP = `
Exit status: 0 if all is well, 1 if a command found something, 2 if it could not do its work.
Documentation: https://github.com/nestjs-prometheus-exporter/nestjs-prometheus-exporter/blob/main/docs/command-line.md`;

const COMMANDS = [rulesCommand, alertsCommand, dashboardsCommand, checkCommand, topCommand, diffCommand];

/** The commands and their flags. What a command does is loaded when it runs. */
export function program(invocation: Invocation): Command {
  const { terminal } = invocation;
  const root = new Command('nestjs-prometheus-exporter')
    .description('Rules, alerts and dashboards for your metrics, and checks of a /metrics endpoint.')
    .version(VERSION)
    .addHelpText('after', AFTER_HELP);
  for (const command of COMMANDS) root.addCommand(command(invocation));
  for (const command of [root, ...root.commands]) {
    command
      .exitOverride()
      .showHelpAfterError('Run it with --help to see what it expects.')
      .configureOutput({
        writeOut: (text) => terminal.print(text),
        writeErr: (text) => terminal.note(text),
        getOutHelpWidth: () => terminal.columns ?? 100,
        getErrHelpWidth: () => terminal.columns ?? 100,
        getOutHasColors: () => terminal.hasColours,
        getErrHasColors: () => terminal.hasColours,
      });
  }
  return root;
}
