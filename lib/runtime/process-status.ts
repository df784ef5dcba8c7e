import { type MetricStore } from '../metrics/store.js';
import { gaugeOf, setOrUnset } from './gauge-of.js';
import { type ProcStatus, readProcStatus } from './proc-status.js';
import {
  PROCESS_HEAP_BYTES,
  PROCESS_MAX_FDS,
  PROCESS_OPEN_FDS,
  PROCESS_RESIDENT_MEMORY_BYTES,
  PROCESS_THREADS,
  PROCESS_VIRTUAL_MEMORY_BYTES,
  PROCESS_VIRTUAL_MEMORY_MAX_BYTES,
} from '../catalogue/nest/process.definitions.js';

/** Memory, files and threads of the process, as the operating system reports them. */
export class ProcessStatus {
  private readonly gauges;

  constructor(store: MetricStore) {
    this.gauges = {
      residentBytes: gaugeOf(store, PROCESS_RESIDENT_MEMORY_BYTES),
      virtualBytes: gaugeOf(store, PROCESS_VIRTUAL_MEMORY_BYTES),
      virtualMaxBytes: gaugeOf(store, PROCESS_VIRTUAL_MEMORY_MAX_BYTES),
      dataBytes: gaugeOf(store, PROCESS_HEAP_BYTES),
      threads: gaugeOf(store, PROCESS_THREADS),
      openFiles: gaugeOf(store, PROCESS_OPEN_FDS),
      maxOpenFiles: gaugeOf(store, PROCESS_MAX_FDS),
    };
  }

  /** If the scrape stops waiting, the gauges become absent, so that it does not show the values of an earlier one. */
  async collect(signal: AbortSignal): Promise<void> {
    const forget = () => this.show(undefined);
    signal.addEventListener('abort', forget, { once: true });
    const status = await read();
    signal.removeEventListener('abort', forget);
    if (!signal.aborted) this.show(status);
  }

  private show(status: Partial<ProcStatus> | undefined): void {
    const { gauges } = this;
    setOrUnset(gauges.residentBytes, status?.residentBytes);
    setOrUnset(gauges.virtualBytes, status?.virtualBytes);
    setOrUnset(gauges.virtualMaxBytes, status?.virtualMaxBytes);
    setOrUnset(gauges.dataBytes, status?.dataBytes);
    setOrUnset(gauges.threads, status?.threads);
    setOrUnset(gauges.openFiles, status?.openFiles);
    setOrUnset(gauges.maxOpenFiles, status?.maxOpenFiles);
  }
}

/** On other platforms Node reports the resident memory only, with a call that reads no file. */
async function read(): Promise<Partial<ProcStatus>> {
  return process.platform === 'linux' ? readProcStatus() : { residentBytes: process.memoryUsage.rss() };
}
