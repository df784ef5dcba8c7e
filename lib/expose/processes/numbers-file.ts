import { existsSync, renameSync } from 'node:fs';
import { type ForeignInJson } from './bytes/foreign-json.js';
import { type ShortEntry } from './bytes/entries.js';
import { type ShareContent } from './bytes/share-content.js';
import { OpenNumbers } from './open-numbers.js';

/** A file that has grown by so much since it was written as a whole is written anew. */
const MAX_APPENDED_BYTES = 256 * 1024;

/**
 * The file with the numbers of this process. It is written as a whole under another name, which then replaces it. From
 * then on, changed cells are written in place, and what is new is appended. What was written stays when this process is
 * killed, because the system has it.
 *
 * Everything here is synchronous: the file is in memory, on a tmpfs or in the cache of the system.
 */
export class NumbersFile {
  private open: OpenNumbers | undefined;
  /** Something could not be appended. */
  private isIncomplete = false;

  /** @param life the socket by which others know that this process lives */
  constructor(
    private readonly path: string,
    private readonly temporary: string,
    private readonly life: string,
  ) {}

  /** It has to be written as a whole: there is none, somebody deleted it, a write has failed, or much was appended. */
  get isDue(): boolean {
    const { open } = this;
    return open === undefined || this.isIncomplete || this.isDeleted(open) || open.appendedBytes > MAX_APPENDED_BYTES;
  }

  /** @errors throws what the file system says; the former file is still there then, and it is due to be written again */
  writeAll(content: ShareContent): void {
    const written = OpenNumbers.create(this.temporary, content);
    try {
      renameSync(this.temporary, this.path);
    } catch (error) {
      written.discard();
      throw error;
    }
    this.open?.close();
    this.open = written;
    this.isIncomplete = false;
  }

  /**
   * Writes what has changed, and tells whether anything had. Cells come before entries: the cells of a removed series may
   * be those of another one already, which must not get its numbers if this process ends in between.
   *
   * @errors as `writeAll`, and when there is no file yet
   */
  write(chunks: readonly Float64Array[], entries: readonly ShortEntry[]): boolean {
    return this.orIncomplete((open) => {
      const hasChanged = open.writeCells(chunks);
      return open.append(chunks, entries) || hasChanged;
    });
  }

  /** @errors as `write` */
  writeForeign(families: readonly ForeignInJson[]): void {
    this.orIncomplete((open) => open.appendForeign(families));
  }

  /**
   * For a file that could not be written as a whole, as on a full disk: the numbers of the series that are in it go on.
   * Not after one of them was removed, because another one may have its cells.
   */
  writeKnownCells(chunks: readonly Float64Array[], entries: readonly ShortEntry[]): void {
    this.isIncomplete = true;
    if (entries.some(([kind]) => kind === 'r')) this.close();
    this.open?.writeCells(chunks);
  }

  close(): void {
    this.open?.close();
    this.open = undefined;
  }

  /**
   * What is written into a deleted file is lost, and no error says so. Where the socket was deleted too, others would take
   * a new file for that of a process that has ended.
   */
  private isDeleted(open: OpenNumbers): boolean {
    return open.isDeleted && existsSync(this.life);
  }

  private orIncomplete<T>(write: (open: OpenNumbers) => T): T {
    if (this.open === undefined) throw new Error('There is no file of numbers yet.');
    try {
      return write(this.open);
    } catch (error) {
      this.isIncomplete = true;
      throw error;
    }
  }
}
