import { join } from 'node:path';
import { MetricStore } from 'nestjs-prometheus-exporter';
import { JournalFollower } from '../../../lib/expose/journal-follower.js';
import { CountSignal } from '../../../lib/expose/processes/count-signal.js';
import { newProcessId } from '../../../lib/expose/processes/process-files.js';
import { type OwnReading, ProcessGroup } from '../../../lib/expose/processes/process-group.js';
import { type Reading } from '../../../lib/expose/reading.js';
import { LifeSocket } from '../../../lib/host/life-socket.js';
import { engineOf } from '../../../lib/metrics/store.js';

/** One of many processes without a process: what its two threads have, in this thread. */
export class GroupMember {
  static async join(directory: string): Promise<GroupMember> {
    const id = newProcessId();
    const member = new GroupMember(directory, id, await LifeSocket.open(join(directory, `${id}.life`)));
    await member.group.join();
    return member;
  }

  readonly store = new MetricStore();
  private readonly group: ProcessGroup;
  private readonly follower = new JournalFollower(() => undefined);

  private constructor(
    directory: string,
    id: string,
    private readonly life: LifeSocket,
  ) {
    const fail = (problem: unknown) => {
      throw new Error(String(problem));
    };
    const metrics = { processes: 'processes', unanswered: 'unanswered' };
    const signal = new CountSignal().memory;
    this.group = new ProcessGroup(
      { directory, id, application: 'kennel', version: '0.1.0', formerSlot: undefined, signal, metrics },
      () => this.follower.readShared(),
      () => Promise.resolve(this.readOwn()),
      { problem: fail, failed: fail },
    );
    engineOf(this.store).journal.follow((entry) => {
      this.follower.hear(entry);
      this.group.hear(entry);
    });
  }

  /** A scrape of all. */
  async scrape(): Promise<Reading> {
    const take = this.group.takeWith(() => Promise.resolve(this.readOwn()));
    return (await take(10, new AbortController().signal, undefined)).reading;
  }

  async end(): Promise<void> {
    await this.group.leave();
    await this.life.close();
  }

  private readOwn(): OwnReading {
    const { families, chunks } = this.follower.readShared();
    return { reading: { own: families, chunks, foreign: [] }, isComplete: true, isStale: false };
  }
}
