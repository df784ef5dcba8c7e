import { fstatSync } from 'node:fs';
import { type Part } from './part.js';

/** Why the demo ends, in a sentence, and the exit code of its process. */
export interface Ending {
  readonly reason: string;
  readonly code: number;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const WATCH_INTERVAL_MS = 500;

/**
 * Resolves when somebody ends the demo, or when one of its parts has ended by itself. npm passes SIGINT and SIGTERM on, but
 * ends without a word on SIGHUP and SIGKILL, so the parent process is watched as well.
 */
export function endingOf(parts: readonly Part[]): Promise<Ending> {
  return new Promise((resolve) => watch(parts, (reason, code = 0) => resolve({ reason, code })));
}

function watch(parts: readonly Part[], end: (reason: string, code?: number) => void): void {
  // Their listeners stay: a second signal must not interrupt the clean-up. npm repeats the one of Ctrl-C.
  for (const signal of SIGNALS) process.on(signal, () => end(`Ended by ${signal}.`));
  process.stdout.on('error', () => end('Nobody reads the output any more.'));
  if (isPipe(0)) process.stdin.on('close', () => end('The standard input was closed.')).resume();
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end('The process that started the demo has ended.');
    const ended = parts.find(({ process: { isRunning } }) => !isRunning);
    if (ended !== undefined) end(`${ended.name} has ended by itself.`, 1);
  }, WATCH_INTERVAL_MS);
}

/** Not a terminal, of which a process in the background cannot read, and not a file or `/dev/null`, which ends at once. */
function isPipe(descriptor: number): boolean {
  const status = fstatSync(descriptor);
  return status.isFIFO() || status.isSocket();
}
