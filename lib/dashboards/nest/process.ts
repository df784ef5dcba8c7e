import { type DashboardPlan } from '../dashboard-plan.js';
import { HEAP_AND_HANDLES, LOOP } from './process-details.js';

export const PROCESS: DashboardPlan = {
  uid: 'nestjs-process',
  title: 'NestJS / One process',
  description: 'One instance in depth: what it does, its event loop, its memory and its handles.',
  isOfOneInstance: true,
  rows: [
    {
      title: 'Now',
      panels: [
        {
          kind: 'stat',
          title: 'Up since',
          description: 'Start time of the process.',
          unit: 'dateTimeFromNow',
          query: '1000 * max(process_start_time_seconds)',
        },
        {
          kind: 'stat',
          title: 'Last turn of the event loop',
          description: 'Seconds since the event loop last ran a timer that is due every second.',
          unit: 's',
          query: 'time() - max(nodejs_eventloop_last_turn_timestamp_seconds)',
          warnings: { yellow: 5, red: 15 },
        },
        {
          kind: 'stat',
          title: 'Event loop utilization',
          description: 'The share of time in which the event loop was not idle, over the last one to two minutes.',
          unit: 'percentunit',
          query: 'max(nodejs_eventloop_utilization_ratio)',
          warnings: { yellow: 0.7, red: 0.9 },
        },
        {
          kind: 'stat',
          title: 'Requests in flight',
          description: 'Requests that have arrived and are neither answered nor aborted.',
          unit: 'short',
          query: 'sum(nestjs_http_requests_in_flight)',
        },
        {
          kind: 'stat',
          title: 'Threads',
          description: "Threads of the process: Node's own, libuv's thread pool and workers. Only on Linux.",
          unit: 'short',
          query: 'sum(process_threads)',
        },
        {
          kind: 'stat',
          title: 'Open file descriptors',
          description: 'Open files, sockets and pipes. Only on Linux.',
          unit: 'short',
          query: 'sum(process_open_fds)',
        },
        {
          kind: 'table',
          title: 'Version of Node',
          description: 'The version that runs this process.',
          width: 24,
          labels: { instance: 'Instance', version: 'Node', major: 'Major', minor: 'Minor', patch: 'Patch' },
          columns: [
            {
              title: 'Known',
              unit: 'short',
              query: 'max by (instance, version, major, minor, patch) (nodejs_version_info)',
              isHidden: true,
            },
          ],
        },
      ],
    },
    {
      title: 'What it does',
      panels: [
        {
          kind: 'graph',
          title: 'Requests by status class',
          description: 'Answered requests per second.',
          unit: 'reqps',
          isStacked: true,
          queries: {
            '{{status_class}}':
              'sum by (status_class) (rate(nestjs_http_request_duration_seconds_count[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Request duration',
          description: 'Time from the arrival of a request to the last byte of its answer.',
          unit: 's',
          queries: {
            p50: 'histogram_quantile(0.5, sum by (le) (rate(nestjs_http_request_duration_seconds_bucket[$__rate_interval])))',
            p99: 'histogram_quantile(0.99, sum by (le) (rate(nestjs_http_request_duration_seconds_bucket[$__rate_interval])))',
          },
        },
        {
          kind: 'graph',
          title: 'CPU',
          description:
            'CPU time per second in user mode and in the kernel, of all threads. Above 100 % more than one core is in use.',
          unit: 'percentunit',
          isStacked: true,
          queries: {
            user: 'sum(rate(process_cpu_user_seconds_total[$__rate_interval]))',
            system: 'sum(rate(process_cpu_system_seconds_total[$__rate_interval]))',
          },
        },
      ],
    },
    LOOP,
    HEAP_AND_HANDLES,
  ],
};
