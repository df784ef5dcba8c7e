import { type DashboardPlan } from '../dashboard-plan.js';
import { LIBRARY } from './library.js';

export const RUNTIME: DashboardPlan = {
  uid: 'nestjs-runtime',
  title: 'NestJS / Runtime',
  description:
    'CPU, memory, event loop and garbage collection of all instances, and what the metrics library says of itself.',
  rows: [
    {
      title: 'Event loop',
      panels: [
        {
          kind: 'graph',
          title: 'Utilization',
          description: 'The share of time in which the event loop was not idle. At 100 % the process is at its limit.',
          unit: 'percentunit',
          max: 1,
          queries: {
            '{{instance}}':
              'sum by (instance) (rate(nodejs_eventloop_time_seconds_total{state="active"}[$__rate_interval])) / (sum by (instance) (rate(nodejs_eventloop_time_seconds_total[$__rate_interval])) > 0)',
          },
        },
        {
          kind: 'graph',
          title: 'Delay, p99',
          description:
            'How late one timer in a hundred ran, over the last one to two minutes. All requests wait as long.',
          unit: 's',
          queries: { '{{instance}}': 'max by (instance) (nodejs_eventloop_lag_p99_seconds)' },
        },
        {
          kind: 'graph',
          title: 'Longest delay',
          description: 'The longest time that the event loop was seen blocked, over the last one to two minutes.',
          unit: 's',
          queries: { '{{instance}}': 'max by (instance) (nodejs_eventloop_lag_max_seconds)' },
        },
        {
          kind: 'graph',
          title: 'Time since the last turn',
          description:
            'Seconds since the event loop last ran a timer that is due every second. While the loop is blocked, only the endpoint on its own port can tell.',
          unit: 's',
          width: 12,
          queries: { '{{instance}}': 'time() - max by (instance) (nodejs_eventloop_last_turn_timestamp_seconds)' },
        },
        {
          kind: 'graph',
          title: 'Garbage collection',
          description:
            'The share of time spent in garbage collection. All JavaScript stops meanwhile, except during incremental steps.',
          unit: 'percentunit',
          width: 12,
          queries: {
            '{{instance}}': 'sum by (instance) (rate(nodejs_gc_duration_seconds_sum[$__rate_interval]))',
          },
        },
      ],
    },
    {
      title: 'CPU and memory',
      panels: [
        {
          kind: 'graph',
          title: 'CPU',
          description: 'CPU time per second. Above 100 % more than one core is in use.',
          unit: 'percentunit',
          queries: { '{{instance}}': 'sum by (instance) (rate(process_cpu_seconds_total[$__rate_interval]))' },
        },
        {
          kind: 'graph',
          title: 'Resident memory',
          description: 'The part of the process that is in RAM. If it only ever grows, look for a memory leak.',
          unit: 'bytes',
          queries: { '{{instance}}': 'sum by (instance) (process_resident_memory_bytes)' },
        },
        {
          kind: 'graph',
          title: 'Used heap',
          description: 'The used part of the JavaScript heap, garbage that was not collected yet included.',
          unit: 'bytes',
          queries: { '{{instance}}': 'sum by (instance) (nodejs_heap_size_used_bytes)' },
        },
        {
          kind: 'graph',
          title: 'File descriptors in use',
          description: 'Open files, sockets and pipes as a share of the limit. Only on Linux.',
          unit: 'percentunit',
          width: 12,
          queries: {
            '{{instance}}': 'sum by (instance) (process_open_fds) / sum by (instance) (process_max_fds)',
          },
        },
        {
          kind: 'graph',
          title: 'Restarts',
          description: 'How often the start time of the process changed.',
          unit: 'short',
          width: 12,
          queries: { '{{instance}}': 'sum by (instance) (changes(process_start_time_seconds[$__rate_interval]))' },
        },
        {
          kind: 'table',
          title: 'Versions',
          description:
            'Versions of Node, Nest and the metrics library of each instance. They differ during a deployment.',
          width: 24,
          labels: { instance: 'Instance', job: 'Job', node: 'Node', nest: 'Nest', version: 'Metrics library' },
          columns: [
            {
              title: 'Known',
              unit: 'short',
              query: 'max by (job, instance, node, nest, version) (nestjs_metrics_info)',
              isHidden: true,
            },
          ],
          link: { label: 'instance', uid: 'nestjs-process', title: 'Show this instance' },
        },
      ],
    },
    LIBRARY,
  ],
};
