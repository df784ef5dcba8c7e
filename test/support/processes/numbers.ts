import { join } from 'node:path';
import { MetricStore } from 'nestjs-prometheus-exporter';
import { type Reading } from '../../../lib/expose/reading.js';
import { type ShareHead } from '../../../lib/expose/processes/bytes/share-content.js';
import { NumbersFile } from '../../../lib/expose/processes/numbers-file.js';
import { OwnNumbers } from '../../../lib/expose/processes/own-numbers.js';
import { newProcessId } from '../../../lib/expose/processes/process-files.js';
import { JournalFollower } from '../../../lib/expose/journal-follower.js';
import { engineOf } from '../../../lib/metrics/store.js';

/** The numbers of a process, and the store that they come from: what the two threads of a process have. */
export class CountingProcess {
  readonly store: MetricStore;
  readonly head: ShareHead;
  readonly name: string;
  readonly own: OwnNumbers;
  private readonly follower = new JournalFollower(() => undefined);
  private readonly file: NumbersFile;

  constructor(directory: string, slot = 0, options: ConstructorParameters<typeof MetricStore>[0] = {}) {
    const id = newProcessId();
    this.head = { format: 1, id, slot, pid: 4711, boot: 'here', application: 'kennel', version: '0.1.0' };
    this.name = `${slot}-4711-${id}.numbers`;
    this.store = new MetricStore(options);
    const [temporary, life] = [join(directory, `${id}.tmp`), join(directory, `${id}.life`)];
    this.file = new NumbersFile(join(directory, this.name), temporary, life);
    this.own = new OwnNumbers(
      this.head,
      this.file,
      () => this.follower.readShared(),
      (problem) => {
        throw new Error(problem);
      },
    );
    engineOf(this.store).journal.follow((entry) => {
      this.follower.hear(entry);
      this.own.hear(entry);
    });
  }

  /** What its thread would answer. */
  reading(): Reading {
    const { families, chunks } = this.follower.readShared();
    return { own: families, chunks, foreign: [] };
  }

  /** Without another write, as a process that is killed. */
  kill(): void {
    this.own.close();
  }
}
