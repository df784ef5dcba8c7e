import { CommanderError } from 'commander';
import { CommandFault } from './command-fault.js';
import { EXIT, type ExitStatus } from './exit-status.js';
import { printable } from './printable.js';
import { type Invocation } from './invocation.js';
import { program } from './program.js';
import { type Terminal } from './terminal.js';

/** Runs the command that `args` name, and returns the exit status. Nothing is thrown. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const invocation: Invocation = { terminal, status: EXIT.fine };
  try {
    await program(invocation).parseAsync(args, { from: 'user' });
    return invocation.status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.failed;
    if (terminal.stop.aborted) return EXIT.failed;
    terminal.note(`${sentenceOf(error)}\n`);
    return EXIT.failed;
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof CommandFault) return `error: ${printable(error.message)}`;
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `error: This is a bug of nestjs-prometheus-exporter, please report it.\n${trace}`;
}
