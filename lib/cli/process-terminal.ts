import { reasonOf } from './command-fault.js';
import { EXIT } from './exit-status.js';
import { type Terminal } from './terminal.js';

/** The terminal of this process. Ctrl-C stops a command; a second one ends the process, as without us. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  // A pipe without an end must not keep the command alive.
  stop.signal.addEventListener('abort', () => stdin.destroy());
  for (const stream of [stdout, stderr]) stream.on('error', endOnFailedWrite);
  const hasNoColour = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  return {
    stdin,
    print: (text) => void stdout.write(text),
    note: (text) => void stderr.write(text),
    get columns() {
      return stdout.isTTY ? stdout.columns : undefined;
    },
    hasColours: stdout.isTTY && !hasNoColour && env['TERM'] !== 'dumb',
    stop: stop.signal,
  };
}

/** `… | head` closes the pipe as soon as it has read enough. Anything else, such as a full disk, is a failure. */
function endOnFailedWrite(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
  process.exitCode = EXIT.failed;
  process.stderr.write(`error: Cannot write the result: ${reasonOf(error)}.\n`, () => process.exit());
}
