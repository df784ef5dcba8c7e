import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { MAX_TOKEN_LENGTH, TOKEN } from './credentials.js';
import { within } from './deadline.js';

const MAX_BYTES = 64 * 1024;
/** A file system that does not answer, such as NFS without its server, must not hold the requests. */
const DEADLINE_SECONDS = 5;

/** Reads a bearer token from a file, each time anew. Reads that come together are one, so that one thread can hang at most. */
export class TokenFileReader {
  private reading: Promise<string> | undefined;

  constructor(private readonly path: string) {}

  /** @errors rejects if the file contains no usable token; the message names the file and says what is wrong with it */
  async token(): Promise<string> {
    this.reading ??= this.read();
    const late = () => this.fault(`could not be read within ${DEADLINE_SECONDS} s`);
    return within(DEADLINE_SECONDS, this.reading, late);
  }

  private async read(): Promise<string> {
    try {
      return this.tokenIn(await contentOf(this.path));
    } catch (error) {
      if (error instanceof UnusableFile) throw this.fault(error.message);
      throw this.fault(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    } finally {
      this.reading = undefined;
    }
  }

  private tokenIn(content: Buffer): string {
    const token = content.toString('latin1').trim();
    if (token === '') throw new UnusableFile('is empty');
    if (token.length > MAX_TOKEN_LENGTH) {
      throw new UnusableFile(`contains more than ${MAX_TOKEN_LENGTH} characters`);
    }
    if (!TOKEN.test(token))
      throw new UnusableFile('contains something else than one token of visible ASCII characters');
    return token;
  }

  private fault(what: string): Error {
    return new Error(`The token file ${this.path} ${what}: every request is refused until it contains a token.`);
  }
}

class UnusableFile extends Error {}

/** Opening a FIFO waits for a writer, and opening a device can do anything: only regular files are opened. */
async function contentOf(path: string): Promise<Buffer> {
  assertRegular(await stat(path));
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    // Another file can have taken its place meanwhile.
    assertRegular(await file.stat());
    return await firstBytesOf(file);
  } finally {
    await file.close();
  }
}

function assertRegular(stats: { isFile(): boolean }): void {
  if (!stats.isFile()) throw new UnusableFile('is not a regular file');
}

async function firstBytesOf(file: FileHandle): Promise<Buffer> {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    // One read after the other is the point.
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  throw new UnusableFile(`has more than ${MAX_BYTES} bytes`);
}
