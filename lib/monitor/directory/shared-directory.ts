import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../../host/life-socket.js';
import { type CountsFile, lifeName, Listing, UNFINISHED } from './file-names.js';
import { type Refusals } from './refusals.js';
import { applicationIn, readSheet, type SheetText, type Unreadable, writeSheet } from './sheet-text.js';

/** Some times what 20,000 rows with long names need. */
const MOST_BYTES = 8_000_000;

/** The files of all processes, and which of these live. Every operation is asynchronous. */
export class SharedDirectory {
  constructor(
    readonly path: string,
    readonly application: string,
    private readonly refusals: Pick<Refusals, 'add'>,
  ) {}

  async list(): Promise<Listing> {
    const entries = await readdir(this.path, { withFileTypes: true });
    return new Listing(entries.filter((entry) => entry.isFile() || entry.isSocket()).map(({ name }) => name));
  }

  /** Before a life socket has its name, somebody may see it. */
  async lives(process: string): Promise<boolean> {
    const path = this.pathOf(lifeName(process));
    return (await isAlive(path + UNFINISHED)) || isAlive(path);
  }

  async liveOnes(processes: readonly string[]): Promise<ReadonlySet<string>> {
    const live = new Set<string>();
    for (const process of processes) if (await this.lives(process)) live.add(process);
    return live;
  }

  /**
   * What a file says, `missing` when there is none, or why it is not read, which is reported once of each kind.
   *
   * @errors rejects when the directory cannot be read
   */
  async read(file: Pick<CountsFile, 'name'>): Promise<SheetText | Unreadable | 'missing'> {
    const text = await this.textOf(file.name);
    if (text === undefined) return 'missing';
    const read = readSheet(text, this.application);
    if (typeof read === 'string') this.refusals.add(read, this.pathOf(file.name), applicationIn(text));
    return read;
  }

  /** Readers find the former file or the new one, whole. @errors rejects when it cannot be written, such as on a full disk */
  async write(name: string, content: SheetText): Promise<void> {
    const path = this.pathOf(name);
    try {
      await writeFile(path + UNFINISHED, writeSheet(content), { mode: 0o600 });
      await rename(path + UNFINISHED, path);
    } catch (error) {
      await this.remove(name + UNFINISHED).catch(() => undefined);
      throw error;
    }
  }

  /** False when another process was faster. */
  async move(from: string, to: string): Promise<boolean> {
    return ifThere(async () => rename(this.pathOf(from), this.pathOf(to)));
  }

  async remove(name: string): Promise<void> {
    await ifThere(async () => unlink(this.pathOf(name)));
  }

  pathOf(name: string): string {
    return join(this.path, name);
  }

  /** Undefined when there is none; not JSON when it is not a regular file of a usual size. */
  private async textOf(name: string): Promise<string | undefined> {
    let text = '';
    const isThere = await ifThere(async () => {
      // A FIFO would wait for a writer.
      const file = await open(this.pathOf(name), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      try {
        text = await textIn(file);
      } finally {
        await file.close();
      }
    });
    return isThere ? text : undefined;
  }
}

async function textIn(file: FileHandle): Promise<string> {
  const stats = await file.stat();
  return stats.isFile() && stats.size <= MOST_BYTES ? file.readFile('utf8') : '';
}

async function ifThere(run: () => Promise<void>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
