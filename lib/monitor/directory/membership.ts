import { randomUUID } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { LifeSocket } from '../../host/life-socket.js';
import { bucketAt } from '../history/bucket.js';
import { type OwnProcess } from '../own-process.js';
import { lifeName } from './file-names.js';
import { Heir } from './heir.js';
import { type Outages } from './outages.js';
import { OwnSheets } from './own-sheets.js';
import { type SharedDirectory } from './shared-directory.js';

/** How often this process looks for others that have ended. */
const SWEEP_MS = 5000;

/** This process among those of the directory: its life socket, its files, and what it takes over of others. */
export class Membership {
  own: OwnSheets;
  private heir: Heir;
  private life: LifeSocket | undefined;
  private hasLeft = false;
  private sweptAt = -Infinity;

  constructor(
    private readonly directory: SharedDirectory,
    private readonly process: OwnProcess,
    private readonly retentionHours: number,
    private readonly outages: Outages,
  ) {
    this.own = new OwnSheets(directory, process, process.id);
    this.heir = new Heir(directory, this.own, retentionHours);
  }

  /**
   * Opens the life socket, if it is not open. When somebody has deleted it, the files that this process has written so
   * far are those of an ended one for all others, so it goes on with new ones.
   */
  async enter(): Promise<void> {
    if (this.hasLeft) throw new Error('This process has left the directory.');
    if (this.life !== undefined && !(await this.isThere())) await this.startAnew();
    this.life ??= await LifeSocket.open(this.lifePath);
    // It may have left while the socket was opened.
    if (this.hasLeft) await this.life.close();
  }

  write(): Promise<void> {
    return this.own.write();
  }

  /** Takes over what others have left that have ended, and deletes what is too old, every few seconds. */
  async tidy(): Promise<void> {
    if (performance.now() - this.sweptAt < SWEEP_MS) return;
    const isDone = await this.heir.sweep();
    if (isDone) this.sweptAt = performance.now();
    await this.own.forget(bucketAt(Date.now()), this.retentionHours);
  }

  /** What was written stays, for whoever comes next. */
  async leave(): Promise<void> {
    this.hasLeft = true;
    await this.life?.close();
  }

  private async startAnew(): Promise<void> {
    this.outages.replaced();
    await this.life?.close();
    this.life = undefined;
    // The directory may be gone, too.
    await mkdir(this.directory.path, { mode: 0o700 }).catch(() => undefined);
    this.own = new OwnSheets(this.directory, this.process, randomUUID());
    this.heir = new Heir(this.directory, this.own, this.retentionHours);
  }

  private get lifePath(): string {
    return this.directory.pathOf(lifeName(this.own.id));
  }

  private async isThere(): Promise<boolean> {
    if (process.platform === 'win32') return true;
    return lstat(this.lifePath).then(
      () => true,
      () => false,
    );
  }
}
