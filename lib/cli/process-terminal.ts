import { type Terminal } from './terminal.js';

/** The terminal of this process. Ctrl-C stops a command; a second one ends the process, as without us. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  for (const stream of [stdout, stderr]) stream.on('error', endOnClosedPipe);
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

/** `… | head` closes the pipe as soon as it has read enough. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
  throw error;
}
