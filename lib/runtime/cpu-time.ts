import { type MetricStore } from '../metrics/store.js';
import {
  PROCESS_CPU_SECONDS_TOTAL,
  PROCESS_CPU_SYSTEM_SECONDS_TOTAL,
  PROCESS_CPU_USER_SECONDS_TOTAL,
} from '../catalogue/nest/process.definitions.js';

const MICROSECONDS = 1e6;

/** CPU time of the whole process since its start. A counter that began with this object would not include the boot. */
export class CpuTime {
  private readonly user;
  private readonly system;
  private readonly both;
  private counted: NodeJS.CpuUsage = { user: 0, system: 0 };

  constructor(store: MetricStore) {
    this.user = store.counter(PROCESS_CPU_USER_SECONDS_TOTAL).labels({});
    this.system = store.counter(PROCESS_CPU_SYSTEM_SECONDS_TOTAL).labels({});
    this.both = store.counter(PROCESS_CPU_SECONDS_TOTAL).labels({});
  }

  collect(): void {
    const used = process.cpuUsage();
    const user = (used.user - this.counted.user) / MICROSECONDS;
    const system = (used.system - this.counted.system) / MICROSECONDS;
    this.counted = used;
    this.user.inc(user);
    this.system.inc(system);
    this.both.inc(user + system);
  }
}
