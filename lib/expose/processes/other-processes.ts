import { type ShareContent } from './bytes/share-content.js';
import { type Ended, inheritFrom } from './inheritance.js';
import { type OwnNumbers } from './own-numbers.js';
import { listFiles } from './process-files.js';
import { type ShareQuestion } from './share-server.js';
import { type Visit, type Visits } from './visits.js';

/** Processes that start and end all the time leave only moments in which all numbers are found where they were. */
const MAX_ROUNDS = 5;

/** The shares of all other processes at one moment. */
export interface Others {
  readonly alive: readonly { readonly share: ShareContent; readonly hasAnswered: boolean }[];
  /** Of processes that have ended, and whose numbers are not among those of another one yet. */
  readonly ended: readonly ShareContent[];
  /** How many live, and have numbers that cannot be read. */
  readonly unread: number;
}

/** The other processes of the directory. */
export class OtherProcesses {
  constructor(
    private readonly directory: string,
    private readonly ownId: string,
    private readonly visits: Visits,
    private readonly inheritFailed: (error: unknown) => void,
  ) {}

  /**
   * Visits all of them, and inherits from those that have ended. Starts anew when a file was not where it had been.
   *
   * @param question what they are asked; without one, only their files are read
   */
  async read(question: ShareQuestion | undefined, own: OwnNumbers): Promise<Others> {
    for (let round = 1; ; round += 1) {
      const { numbers } = await listFiles(this.directory);
      const files = numbers.filter(({ id }) => id !== this.ownId);
      this.visits.keep(new Set(files.map(({ id }) => id)));
      const visits = await Promise.all(files.map((file) => this.visits.visit(file, question)));
      const found = this.sorted(visits, own);
      if (!found.hasLost || round === MAX_ROUNDS) return found;
    }
  }

  private sorted(visits: readonly Visit[], own: OwnNumbers): Others & { readonly hasLost: boolean } {
    const alive = visits.flatMap((visit) => (visit.kind === 'alive' ? [visit] : []));
    const claimed = visits.flatMap((visit) => (visit.kind === 'claimed' ? [visit.share] : []));
    const ended: readonly Ended[] = visits.flatMap((visit) => (visit.kind === 'ended' ? [visit] : []));
    const knownIds = new Set(alive.flatMap(({ share }) => share.inheritedIds));
    const { hasLost, kept } = inheritFrom(this.directory, this.ownId, own, ended, knownIds, this.inheritFailed);
    return {
      alive,
      ended: [...claimed, ...kept],
      unread: visits.filter(({ kind }) => kind === 'unread').length,
      hasLost: hasLost || visits.some(({ kind }) => kind === 'gone'),
    };
  }
}
