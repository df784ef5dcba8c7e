import { errorText, logText } from '../../observe/log-text.js';
import { type OutageLog } from '../redis/outages.js';

/** Of an error, whose message names a path. */
const MOST_CHARACTERS = 500;

/** Remembers since when the directory cannot be read or written, and logs it once, and once when it can again. */
export class Outages {
  /** In milliseconds since 1970. */
  since: number | undefined;

  constructor(
    private readonly path: string,
    private readonly log: OutageLog,
  ) {}

  failed(error: unknown): void {
    if (this.since !== undefined) return;
    this.since = Date.now();
    const [head = ''] = errorText(error).split('\n', 1);
    this.log.warn(
      `The directory ${this.path} of the monitor cannot be read or written: ${logText(head, MOST_CHARACTERS)}. The application is not affected: its numbers are kept in memory, and written once it can be.`,
    );
  }

  recovered(): void {
    if (this.since === undefined) return;
    const seconds = Math.round((Date.now() - this.since) / 1000);
    this.since = undefined;
    this.log.log(`The directory ${this.path} of the monitor can be read and written again after ${seconds} s.`);
  }

  /** The application ends, and what is kept in memory ends with it. */
  ended(): void {
    this.log.warn(
      `The last numbers of this process could not be written to ${this.path} before it ended: they are lost.`,
    );
  }

  /** Somebody has deleted the life socket while this process lives. */
  replaced(): void {
    this.log.warn(
      `The files of this process in ${this.path} were deleted, or taken for those of a process that has ended: it goes on with new ones. Keep programs that clean up away from the directory, and do not share it between hosts.`,
    );
  }
}
