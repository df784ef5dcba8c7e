import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { isAlive } from '../../host/life-socket.js';
import { askShare } from './ask-share.js';
import { UnknownFormat } from './bytes/read-share.js';
import { type ShareContent } from './bytes/share-content.js';
import { type NumbersOfProcess, ProcessFiles } from './process-files.js';
import { readNumbers } from './read-numbers.js';
import { type ShareQuestion } from './share-server.js';

/** The process answers when most of the time is over at the latest, and then there is time to merge. */
const ITS_PART = 0.8;
const OUR_PART = 0.9;
/** A process that ends needs this long to be gone. */
const DYING_MS = 20;
/** A process on another host is alive if it has written within this time. */
const FRESH_MS = 60_000;

/** What was found out about a file of numbers. */
export type Visit =
  /** A process that lives: its answer, or what its file has when it does not answer. */
  | { readonly kind: 'alive'; readonly share: ShareContent; readonly hasAnswered: boolean }
  /** A process that lives and has nothing yet. */
  | { readonly kind: 'starting' }
  /** A process that lives, and whose numbers cannot be read. */
  | { readonly kind: 'unread' }
  /** A process that has ended, and whose numbers another one is inheriting. */
  | { readonly kind: 'claimed'; readonly share: ShareContent }
  /** A process that has ended; undefined if there is nothing to inherit. */
  | { readonly kind: 'ended'; readonly file: NumbersOfProcess; readonly share: ShareContent | undefined }
  /** A process that has ended, and whose numbers only another version can read. */
  | { readonly kind: 'left' }
  /** The file was there a moment ago: somebody has inherited it. */
  | { readonly kind: 'gone' };

/** Visits the other processes: asks those that live, and reads the files of those that do not answer. */
export class Visits {
  /** The last answer of each process, which it need not repeat. */
  private readonly answered = new Map<string, ShareContent>();

  /** @param told is told once of each process what is wrong with it */
  constructor(
    private readonly directory: string,
    private readonly ownId: string,
    private readonly boot: string,
    private readonly told: (id: string, problem: string) => void,
  ) {}

  /** Forgets processes that are not there any more. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.answered.keys()) if (!ids.has(id)) this.answered.delete(id);
  }

  /** Never rejects. */
  async visit(file: NumbersOfProcess, question: ShareQuestion | undefined): Promise<Visit> {
    try {
      if (file.heir !== undefined) return await this.visitClaimed(file);
      return await (question === undefined ? this.visitFile(file) : this.visitProcess(file, question));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'gone' };
      this.told(file.id, `The numbers of process ${file.pid} cannot be read: ${textOf(error)}`);
      return { kind: 'unread' };
    }
  }

  private async visitProcess(file: NumbersOfProcess, { timeoutSeconds, groups }: ShareQuestion): Promise<Visit> {
    const { socket, life } = new ProcessFiles(this.directory, file.id);
    const former = this.answered.get(file.id);
    try {
      const question = { timeoutSeconds: timeoutSeconds * ITS_PART, groups, known: former?.head.told };
      const share = await askShare(socket, question, timeoutSeconds * 1000 * OUR_PART, former);
      this.answered.set(file.id, share);
      return { kind: 'alive', share, hasAnswered: true };
    } catch (error) {
      // The sockets of a process that is killed are closed one after the other.
      if (!isTimeout(error)) await after(DYING_MS);
      if (!(await isAlive(life))) return this.readEndedOrElsewhere(file);
      // Otherwise its thread is starting.
      if (!isNobody(error)) this.notAnswered(file, error);
      return this.readAlive(file);
    }
  }

  private async visitFile(file: NumbersOfProcess): Promise<Visit> {
    const { life } = new ProcessFiles(this.directory, file.id);
    return (await isAlive(life)) ? this.readAlive(file) : this.readEndedOrElsewhere(file);
  }

  private notAnswered({ id, pid }: NumbersOfProcess, error: unknown): void {
    this.told(id, `Process ${pid} does not answer, and its last known numbers are used: ${textOf(error)}`);
  }

  /** A process that does not live on this host may live on another one. */
  private async readEndedOrElsewhere(file: NumbersOfProcess): Promise<Visit> {
    const ended = await this.readEnded(file);
    if (ended.kind !== 'ended' || ended.share === undefined || ended.share.head.boot === this.boot) return ended;
    if (Date.now() - statSync(this.pathOf(file)).mtimeMs > FRESH_MS) return ended;
    this.told(file.id, `Process ${file.pid} runs on another host: a directory is for the processes of one host`);
    return { kind: 'alive', share: ended.share, hasAnswered: false };
  }

  private async readAlive(file: NumbersOfProcess): Promise<Visit> {
    const share = await readNumbers(this.pathOf(file));
    return share === undefined ? { kind: 'starting' } : { kind: 'alive', share, hasAnswered: false };
  }

  private async visitClaimed(file: NumbersOfProcess): Promise<Visit> {
    const { heir = '' } = file;
    const isInherited = heir !== this.ownId && (await isAlive(new ProcessFiles(this.directory, heir).life));
    const ended = await this.readEnded(file);
    if (!isInherited || ended.kind !== 'ended' || ended.share === undefined) return ended;
    return { kind: 'claimed', share: ended.share };
  }

  private async readEnded(file: NumbersOfProcess): Promise<Visit> {
    try {
      return { kind: 'ended', file, share: await readNumbers(this.pathOf(file)) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
      const isOfAnother = error instanceof UnknownFormat;
      const outcome = isOfAnother ? 'are left to a process of that version' : 'are lost';
      this.told(file.id, `The numbers of process ${file.pid}, which has ended, ${outcome}: ${textOf(error)}`);
      return isOfAnother ? { kind: 'left' } : { kind: 'ended', file, share: undefined };
    }
  }

  private pathOf({ name }: NumbersOfProcess): string {
    return join(this.directory, name);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

function isNobody(error: unknown): boolean {
  return ['ECONNREFUSED', 'ENOENT'].includes(String((error as NodeJS.ErrnoException).code));
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
