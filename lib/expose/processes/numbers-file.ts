import { closeSync, existsSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type ForeignInJson } from './bytes/foreign-json.js';
import { type ShortEntry } from './bytes/entries.js';
import { cellsFrame, FRAME_HEAD_BYTES, isOwnChunk, jsonFrame } from './bytes/frames.js';
import { type ShareContent } from './bytes/share-content.js';
import { shareFrames } from './bytes/write-share.js';

/** What is written when cells have changed: the pages of the memory, by which the system writes too. */
const PAGE_BYTES = 4096;
/** A file that has grown by so much since it was written as a whole is written anew. */
const MAX_APPENDED_BYTES = 256 * 1024;

/** A chunk as it is in the file, and where its cells begin. */
interface SavedChunk {
  readonly at: number;
  readonly bytes: Buffer;
}

/**
 * The file with the numbers of this process. It is written as a whole under another name, which then replaces it. From
 * then on, changed cells are written in place, and what is new is appended. What was written stays when this process is
 * killed, because the system has it.
 *
 * Everything here is synchronous: the file is in memory, on a tmpfs or in the cache of the system.
 */
export class NumbersFile {
  private descriptor: number | undefined;
  private end = 0;
  private wholeBytes = 0;
  private chunks: SavedChunk[] = [];
  private foreign = '';

  /** @param life the socket by which others know that this process lives */
  constructor(
    private readonly path: string,
    private readonly temporary: string,
    private readonly life: string,
  ) {}

  /** It has to be written as a whole: there is none, somebody deleted it, a write has failed, or much was appended. */
  get isDue(): boolean {
    const { descriptor } = this;
    return descriptor === undefined || this.isDeleted(descriptor) || this.end - this.wholeBytes > MAX_APPENDED_BYTES;
  }

  /** @errors throws what the file system says; the former file is still there then, and it is due to be written again */
  writeAll(content: ShareContent): void {
    this.close();
    this.chunks = [];
    this.end = 0;
    this.foreign = '';
    const descriptor = openSync(this.temporary, 'w', 0o600);
    try {
      for (const frame of shareFrames(content)) this.append(descriptor, frame);
      renameSync(this.temporary, this.path);
    } catch (error) {
      closeSync(descriptor);
      rmSync(this.temporary, { force: true });
      throw error;
    }
    this.descriptor = descriptor;
    this.wholeBytes = this.end;
  }

  /**
   * Writes what has changed, and tells whether anything had. Cells come before entries: the cells of a removed series may
   * be those of another one already, which must not get its numbers if this process ends in between.
   *
   * @errors as `writeAll`, and when there is no file yet
   */
  write(chunks: readonly Float64Array[], entries: readonly ShortEntry[]): boolean {
    return this.orClose((descriptor) => {
      let hasChanged = entries.length > 0 || chunks.length > this.chunks.length;
      for (const [i, saved] of this.chunks.entries()) {
        if (writePages(descriptor, saved, bytesOf(chunks[i]!))) hasChanged = true;
      }
      if (entries.length > 0) this.append(descriptor, jsonFrame('entries', 'own', entries));
      for (const cells of chunks.slice(this.chunks.length)) this.append(descriptor, cellsFrame('own', cells));
      return hasChanged;
    });
  }

  /** @errors as `write` */
  writeForeign(families: readonly ForeignInJson[]): void {
    const text = JSON.stringify(families);
    if (text === this.foreign) return;
    this.orClose((descriptor) => this.append(descriptor, jsonFrame('foreign', 'own', families)));
    this.foreign = text;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  /**
   * What is written into a deleted file is lost, and no error says so. Where the socket was deleted too, others would take
   * a new file for that of a process that has ended.
   */
  private isDeleted(descriptor: number): boolean {
    return fstatSync(descriptor).nlink === 0 && existsSync(this.life);
  }

  private append(descriptor: number, frame: Uint8Array): void {
    writeWhole(descriptor, frame, this.end);
    if (isOwnChunk(frame)) {
      this.chunks.push({ at: this.end + FRAME_HEAD_BYTES, bytes: Buffer.from(frame.buffer, FRAME_HEAD_BYTES) });
    }
    this.end += frame.byteLength;
  }

  /** What was written when it failed is not known: the file is written as a whole the next time. */
  private orClose<T>(write: (descriptor: number) => T): T {
    if (this.descriptor === undefined) throw new Error('There is no file of numbers yet.');
    try {
      return write(this.descriptor);
    } catch (error) {
      this.close();
      throw error;
    }
  }
}

function bytesOf(cells: Float64Array): Buffer {
  return Buffer.from(cells.buffer, cells.byteOffset, cells.byteLength);
}

/** Writes the pages that differ, neighbours together. Tells whether there was one. */
function writePages(descriptor: number, { at, bytes: saved }: SavedChunk, bytes: Buffer): boolean {
  let from = -1;
  let hasChanged = false;
  for (let page = 0; page <= bytes.byteLength; page += PAGE_BYTES) {
    const end = Math.min(page + PAGE_BYTES, bytes.byteLength);
    const differs = page < end && bytes.compare(saved, page, end, page, end) !== 0;
    if (differs && from < 0) from = page;
    if (differs || from < 0) continue;
    writeWhole(descriptor, bytes.subarray(from, page), at + from);
    bytes.copy(saved, from, from, page);
    from = -1;
    hasChanged = true;
  }
  return hasChanged;
}

/** A disk that becomes full takes a part first. */
function writeWhole(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.byteLength;) {
    written += writeSync(descriptor, bytes, written, bytes.byteLength - written, position + written);
  }
}
