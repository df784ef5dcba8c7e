import { closeSync, fstatSync, openSync, rmSync, writeSync } from 'node:fs';
import { type ForeignInJson } from './bytes/foreign-json.js';
import { type ShortEntry } from './bytes/entries.js';
import { cellsFrame, FRAME_HEAD_BYTES, isOwnChunk, jsonFrame } from './bytes/frames.js';
import { type ShareContent } from './bytes/share-content.js';
import { shareFrames } from './bytes/write-share.js';

/** What is written when cells have changed: the pages of the memory, by which the system writes too. */
const PAGE_BYTES = 4096;

/** A chunk as it is in the file, and where its cells begin. */
interface SavedChunk {
  readonly at: number;
  readonly bytes: Buffer;
}

/** A file of numbers that is open. All of its methods throw what the file system says. */
export class OpenNumbers {
  private readonly descriptor: number;
  private end = 0;
  private wholeBytes = 0;
  private readonly chunks: SavedChunk[] = [];
  private foreign = '';

  private constructor(private readonly path: string) {
    this.descriptor = openSync(path, 'w', 0o600);
  }

  static create(path: string, content: ShareContent): OpenNumbers {
    const made = new OpenNumbers(path);
    try {
      for (const frame of shareFrames(content)) made.add(frame);
      made.wholeBytes = made.end;
      return made;
    } catch (error) {
      made.discard();
      throw error;
    }
  }

  get appendedBytes(): number {
    return this.end - this.wholeBytes;
  }

  get isDeleted(): boolean {
    return fstatSync(this.descriptor).nlink === 0;
  }

  /** Writes cells that have changed, of chunks that are in the file. Tells whether any had. */
  writeCells(chunks: readonly Float64Array[]): boolean {
    let hasChanged = false;
    for (const [i, saved] of this.chunks.entries()) {
      if (writePages(this.descriptor, saved, bytesOf(chunks[i]!))) hasChanged = true;
    }
    return hasChanged;
  }

  /** Appends entries and chunks that are new. Tells whether there were any. */
  append(chunks: readonly Float64Array[], entries: readonly ShortEntry[]): boolean {
    const news = chunks.slice(this.chunks.length);
    if (entries.length > 0) this.add(jsonFrame('entries', 'own', entries));
    for (const cells of news) this.add(cellsFrame('own', cells));
    return entries.length + news.length > 0;
  }

  appendForeign(families: readonly ForeignInJson[]): void {
    const text = JSON.stringify(families);
    if (text === this.foreign) return;
    this.add(jsonFrame('foreign', 'own', families));
    this.foreign = text;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** Deletes it as well. */
  discard(): void {
    this.close();
    rmSync(this.path, { force: true });
  }

  private add(frame: Uint8Array): void {
    writeWhole(this.descriptor, frame, this.end);
    if (isOwnChunk(frame)) {
      this.chunks.push({ at: this.end + FRAME_HEAD_BYTES, bytes: Buffer.from(frame.buffer, FRAME_HEAD_BYTES) });
    }
    this.end += frame.byteLength;
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
