import { LifeSocket } from '../../host/life-socket.js';
import { openPrivateDirectory } from '../../host/private-directory.js';
import { CountSignal } from './count-signal.js';
import { LONGEST_SOCKET_NAME, newProcessId, ProcessFiles } from './process-files.js';
import { type LibraryData, type ProcessSettings } from './process-settings.js';
import { type ResolvedProcessesOptions } from './processes.options.js';

/** What the application's thread has of a process that is one of many. The work is done in the thread of the endpoint. */
export class Membership {
  private readonly signal = new CountSignal();
  /** Kept by a thread that replaces another one. */
  private slot: number | undefined;

  private constructor(
    private readonly options: ResolvedProcessesOptions,
    private readonly library: LibraryData,
    private readonly files: ProcessFiles,
    private readonly life: LifeSocket,
  ) {}

  /** @errors rejects when the directory cannot be used, and says what to do */
  static async open(options: ResolvedProcessesOptions, library: LibraryData): Promise<Membership> {
    const use = { option: 'processes.directory', longestName: LONGEST_SOCKET_NAME };
    const files = new ProcessFiles(await openPrivateDirectory(options.directory, use), newProcessId());
    return new Membership(options, library, files, await LifeSocket.open(files.life));
  }

  get settings(): ProcessSettings {
    const { directory, id } = this.files;
    const { name: application } = this.options;
    return { ...this.library, directory, application, id, formerSlot: this.slot, signal: this.signal.memory };
  }

  get hasJoined(): boolean {
    return this.slot !== undefined;
  }

  joined(slot: number): void {
    this.slot = slot;
  }

  /** Something was counted: whether the thread wants to know. */
  isAskedFor(): boolean {
    return this.signal.takeRequest();
  }

  /** Blocks until what was counted is written, for at most a quarter of a second: the process is about to end. */
  waitForLastSave(): void {
    this.signal.waitForLastSave();
  }

  /** From now on the others take this process for one that has ended. */
  close(): Promise<void> {
    return this.life.close();
  }
}
