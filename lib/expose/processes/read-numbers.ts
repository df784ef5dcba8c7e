import { open, readFile, stat } from 'node:fs/promises';
import { MAX_SHARE_BYTES } from './ask-share.js';
import { headOf, readShare } from './bytes/read-share.js';
import { type ShareContent, type ShareHead } from './bytes/share-content.js';

/** Longer than any head. */
const MAX_HEAD_BYTES = 4096;

/**
 * The numbers in the file of a process; undefined if nothing has been written yet.
 *
 * @errors rejects when the file is gone (`ENOENT`), is larger than any process makes it, is damaged, or has another format
 */
export async function readNumbers(path: string): Promise<ShareContent | undefined> {
  const { size } = await stat(path);
  if (size === 0) return undefined;
  if (size > MAX_SHARE_BYTES) throw new RangeError(`Expected at most ${MAX_SHARE_BYTES} bytes, got ${size}.`);
  // A buffer of its own, in which cells are at multiples of 8.
  return readShare(new Uint8Array(await readFile(path)));
}

/** Who wrote the file, as far as that can be read. */
export async function readHead(path: string): Promise<Partial<ShareHead> | undefined> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(MAX_HEAD_BYTES), 0, MAX_HEAD_BYTES, 0);
    return headOf(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
