import { type ExitStatus } from './exit-status.js';
import { type Terminal } from './terminal.js';

/** One call of the program: what it reads and writes, and the exit status that its command leaves. */
export interface Invocation {
  readonly terminal: Terminal;
  status: ExitStatus;
}
