import { type Row } from '../dashboard-plan.js';

export const LOOP: Row = {
  title: 'Event loop and garbage collection',
  panels: [
    {
      kind: 'graph',
      title: 'Event loop delay',
      description: 'How late a timer ran that is due every 100 ms, over the last one to two minutes.',
      unit: 's',
      queries: {
        p50: 'max(nodejs_eventloop_lag_p50_seconds)',
        p90: 'max(nodejs_eventloop_lag_p90_seconds)',
        p99: 'max(nodejs_eventloop_lag_p99_seconds)',
        maximum: 'max(nodejs_eventloop_lag_max_seconds)',
      },
    },
    {
      kind: 'graph',
      title: 'Spread of the delay',
      description:
        'Mean, shortest delay and standard deviation, over the same time. One long delay is one observation.',
      unit: 's',
      queries: {
        mean: 'max(nodejs_eventloop_lag_mean_seconds)',
        minimum: 'max(nodejs_eventloop_lag_min_seconds)',
        'standard deviation': 'max(nodejs_eventloop_lag_stddev_seconds)',
      },
    },
    {
      kind: 'graph',
      title: 'Event loop time',
      description:
        'Seconds per second in which the event loop was active and idle. Together they are 1, and less while it is blocked.',
      unit: 'percentunit',
      isStacked: true,
      queries: { '{{state}}': 'sum by (state) (rate(nodejs_eventloop_time_seconds_total[$__rate_interval]))' },
    },
    {
      kind: 'graph',
      title: 'Garbage collections',
      description: 'Collections per second. Incremental marking and weak callbacks are steps of a major one.',
      unit: 'ops',
      width: 12,
      queries: { '{{kind}}': 'sum by (kind) (rate(nodejs_gc_duration_seconds_count[$__rate_interval]))' },
    },
    {
      kind: 'graph',
      title: 'Time in garbage collection',
      description: 'Seconds per second. Much time in major collections means that the heap is nearly full.',
      unit: 'percentunit',
      width: 12,
      isStacked: true,
      queries: { '{{kind}}': 'sum by (kind) (rate(nodejs_gc_duration_seconds_sum[$__rate_interval]))' },
    },
  ],
};

export const HEAP_AND_HANDLES: Row = {
  title: 'Memory and handles',
  panels: [
    {
      kind: 'graph',
      title: 'Memory',
      description:
        'What is in RAM, the JavaScript heap, and buffers outside of it. If only the heap grows, objects are kept; if only the resident memory does, look at buffers and native code.',
      unit: 'bytes',
      queries: {
        resident: 'sum(process_resident_memory_bytes)',
        'heap, total': 'sum(nodejs_heap_size_total_bytes)',
        'heap, used': 'sum(nodejs_heap_size_used_bytes)',
        external: 'sum(nodejs_external_memory_bytes)',
      },
    },
    {
      kind: 'graph',
      title: 'Used heap by space',
      description: 'Objects that live long are in old, new ones in new, large ones in large_object.',
      unit: 'bytes',
      isStacked: true,
      queries: { '{{space}}': 'sum by (space) (nodejs_heap_space_size_used_bytes)' },
    },
    {
      kind: 'graph',
      title: 'Size of the heap by space',
      description: 'What V8 has reserved for each space.',
      unit: 'bytes',
      isStacked: true,
      queries: { '{{space}}': 'sum by (space) (nodejs_heap_space_size_total_bytes)' },
    },
    {
      kind: 'graph',
      title: 'Active resources',
      description:
        'What keeps the event loop alive: sockets, servers, timers, requests. A type that only ever grows is a leak.',
      unit: 'short',
      isStacked: true,
      queries: { '{{type}}': 'sum by (type) (nodejs_active_resources)' },
    },
    {
      kind: 'graph',
      title: 'File descriptors',
      description: 'Open files, sockets and pipes, and the limit. Only on Linux.',
      unit: 'short',
      queries: { open: 'sum(process_open_fds)', limit: 'sum(process_max_fds)' },
    },
    {
      kind: 'graph',
      title: 'Address space',
      description: 'Virtual memory and the data segment. Node reserves far more than it uses. Only on Linux.',
      unit: 'bytes',
      queries: { virtual: 'sum(process_virtual_memory_bytes)', 'data segment': 'sum(process_heap_bytes)' },
    },
  ],
};
