import { defineCounter, defineGauge } from '../../metrics/definition.js';

// Names, units and meanings are those of prom-client, so that existing dashboards keep working. If a meaning differs,
// the comment says how.

/**
 * CPU time of the process in user mode, all threads, since the process started.
 *
 * @unit seconds
 * @since 0.1.0
 * @example The cores that are busy outside the kernel: with JavaScript, V8 and libraries:
 *   `rate(process_cpu_user_seconds_total[5m])`
 */
export const PROCESS_CPU_USER_SECONDS_TOTAL = defineCounter({
  name: 'process_cpu_user_seconds_total',
  help: 'Total user CPU time spent in seconds.',
  unit: 'seconds',
  merge: 'each',
});

/**
 * CPU time of the process in the kernel, all threads, since the process started.
 *
 * @unit seconds
 * @since 0.1.0
 * @example The share of the CPU time that is spent in the kernel: `rate(process_cpu_system_seconds_total[5m]) /
 *   rate(process_cpu_seconds_total[5m])`
 */
export const PROCESS_CPU_SYSTEM_SECONDS_TOTAL = defineCounter({
  name: 'process_cpu_system_seconds_total',
  help: 'Total system CPU time spent in seconds.',
  unit: 'seconds',
  merge: 'each',
});

/**
 * User and system CPU time together. A rate above 1 means that more than one core is in use.
 *
 * @unit seconds
 * @since 0.1.0
 * @example CPU seconds per HTTP request: `sum by (job) (rate(process_cpu_seconds_total[5m])) / sum by (job)
 *   (rate(nestjs_http_requests_total[5m]))`
 */
export const PROCESS_CPU_SECONDS_TOTAL = defineCounter({
  name: 'process_cpu_seconds_total',
  help: 'Total user and system CPU time spent in seconds.',
  unit: 'seconds',
  merge: 'each',
});

/**
 * Start time of the process. A change means a restart.
 *
 * @unit seconds since the epoch
 * @since 0.1.0
 * @example Restarts in the last hour: `changes(process_start_time_seconds[1h])`
 */
export const PROCESS_START_TIME_SECONDS = defineGauge({
  name: 'process_start_time_seconds',
  help: 'Start time of the process since unix epoch in seconds.',
  unit: 'seconds',
  merge: 'each',
});

/**
 * Resident memory: the part of the process that is in RAM.
 *
 * @unit bytes
 * @since 0.1.0
 * @example Growth of the memory, in bytes per hour: `3600 * deriv(process_resident_memory_bytes[1h])`
 */
export const PROCESS_RESIDENT_MEMORY_BYTES = defineGauge({
  name: 'process_resident_memory_bytes',
  help: 'Resident memory size in bytes.',
  unit: 'bytes',
  readAtScrape: true,
  merge: 'each',
});

/**
 * Virtual memory of the process. Node reserves far more than it uses, so alert on the resident memory instead.
 *
 * @unit bytes
 * @platform Linux; absent elsewhere
 * @since 0.1.0
 * @example Bytes reserved for each byte in RAM: `process_virtual_memory_bytes / process_resident_memory_bytes`
 */
export const PROCESS_VIRTUAL_MEMORY_BYTES = defineGauge({
  name: 'process_virtual_memory_bytes',
  help: 'Virtual memory size in bytes.',
  unit: 'bytes',
  readAtScrape: true,
  merge: 'each',
});

/**
 * The limit of the address space.
 *
 * @unit bytes
 * @platform Linux; absent elsewhere and where there is no limit
 * @since 0.1.0
 * @example The share of the limit that is in use: `process_virtual_memory_bytes / process_virtual_memory_max_bytes`
 */
export const PROCESS_VIRTUAL_MEMORY_MAX_BYTES = defineGauge({
  name: 'process_virtual_memory_max_bytes',
  help: 'Maximum amount of virtual memory available in bytes.',
  unit: 'bytes',
  readAtScrape: true,
  merge: 'each',
});

/**
 * Size of the data segment of the process, as in prom-client. The JavaScript heap is `nodejs_heap_size_used_bytes`.
 *
 * @unit bytes
 * @platform Linux; absent elsewhere
 * @since 0.1.0
 * @example The largest data segment of the last day: `max_over_time(process_heap_bytes[1d])`
 */
export const PROCESS_HEAP_BYTES = defineGauge({
  name: 'process_heap_bytes',
  help: 'Process heap size in bytes.',
  unit: 'bytes',
  readAtScrape: true,
  merge: 'each',
});

/**
 * Files, sockets and pipes that the process has open.
 *
 * @platform Linux; absent elsewhere
 * @since 0.1.0
 * @example Growth of the number of open files and sockets, per hour. Steady growth means that some are never closed:
 *   `3600 * deriv(process_open_fds[1h])`
 */
export const PROCESS_OPEN_FDS = defineGauge({
  name: 'process_open_fds',
  help: 'Number of open file descriptors.',
  readAtScrape: true,
  merge: 'each',
});

/**
 * The limit of open file descriptors.
 *
 * @platform Linux; absent elsewhere and where there is no limit
 * @since 0.1.0
 * @example The share of the limit of open files and sockets that is in use: `process_open_fds / process_max_fds`
 */
export const PROCESS_MAX_FDS = defineGauge({
  name: 'process_max_fds',
  help: 'Maximum number of open file descriptors.',
  readAtScrape: true,
  merge: 'each',
});

/**
 * Threads of the process, those of Node, libuv's thread pool and workers included.
 *
 * @platform Linux; absent elsewhere
 * @since 0.1.0
 * @example Threads that were added in the last hour: `delta(process_threads[1h])`
 */
export const PROCESS_THREADS = defineGauge({
  name: 'process_threads',
  help: 'Number of operating system threads in the process.',
  readAtScrape: true,
  merge: 'each',
});
