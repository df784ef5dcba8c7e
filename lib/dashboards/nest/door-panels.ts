import { type NamedDoor } from '../../catalogue/nest/doors.js';
import { type Panel } from '../dashboard-plan.js';

const WEBSOCKET: readonly Panel[] = [
  {
    kind: 'graph',
    title: 'Open connections',
    description: 'Connections of clients that are open, by gateway.',
    unit: 'short',
    width: 12,
    isStacked: true,
    queries: { '{{gateway}}': 'sum by (gateway) (nestjs_websocket_connections)' },
  },
  {
    kind: 'graph',
    title: 'Opened connections',
    description: 'Connections per second. Many of them with few open ones mean that clients reconnect again and again.',
    unit: 'cps',
    width: 12,
    queries: {
      '{{gateway}}': 'sum by (gateway) (rate(nestjs_websocket_connections_opened_total[$__rate_interval]))',
    },
  },
];

const SCHEDULE: readonly Panel[] = [
  {
    kind: 'table',
    title: 'Last success of schedules',
    description:
      'On any instance. A schedule that has not succeeded since its process started is missing in the first column.',
    width: 12,
    labels: { name: 'Name' },
    columns: [
      {
        title: 'Seconds since',
        unit: 's',
        query: 'time() - max by (name) (nestjs_schedule_last_success_timestamp_seconds > 0)',
      },
      { title: 'Interval', unit: 's', query: 'max by (name) (nestjs_schedule_interval_seconds)' },
    ],
    sortedBy: 'Seconds since',
  },
  {
    kind: 'graph',
    title: 'Overlapping runs',
    description: 'Runs that began while another one of the same schedule was running, in the interval of the graph.',
    unit: 'short',
    width: 12,
    queries: { '{{name}}': 'sum by (name) (increase(nestjs_schedule_overlaps_total[$__rate_interval]))' },
  },
];

const QUEUE: readonly Panel[] = [
  {
    kind: 'graph',
    title: 'Jobs by state',
    description:
      'Jobs that have not ended. All instances read them from the same Redis, so this is the largest number of them.',
    unit: 'short',
    queries: {
      '{{queue}} {{state}}': 'max by (queue, state) (nestjs_queue_jobs{state!~"completed|failed"})',
    },
  },
  {
    kind: 'graph',
    title: 'Completed and failed jobs',
    description: 'Jobs that have ended for good and were not removed. Failed ones have no attempts left.',
    unit: 'short',
    queries: {
      '{{queue}} {{state}}': 'max by (queue, state) (nestjs_queue_jobs{state=~"completed|failed"})',
    },
  },
  {
    kind: 'graph',
    title: 'Stalled jobs',
    description: 'Jobs per second whose worker did not renew its lock: it was killed, or its event loop was blocked.',
    unit: 'cps',
    queries: { '{{queue}}': 'sum by (queue) (rate(nestjs_queue_stalled_jobs_total[$__rate_interval]))' },
  },
  {
    kind: 'graph',
    title: 'Wait of jobs',
    description: 'Half of the jobs, and 99 of 100, began at most so long after they could have.',
    unit: 's',
    width: 12,
    queries: {
      'p50, {{queue}}':
        'histogram_quantile(0.5, sum by (queue, le) (rate(nestjs_queue_job_wait_seconds_bucket[$__rate_interval]))) >= 0',
      'p99, {{queue}}':
        'histogram_quantile(0.99, sum by (queue, le) (rate(nestjs_queue_job_wait_seconds_bucket[$__rate_interval]))) >= 0',
    },
  },
  {
    kind: 'graph',
    title: 'Attempts per job',
    description: 'Attempts of jobs that have ended for good, on average. 1 means that all succeed at once.',
    unit: 'short',
    width: 12,
    queries: {
      '{{queue}}':
        'sum by (queue) (rate(nestjs_queue_job_attempts_sum[$__rate_interval])) / (sum by (queue) (rate(nestjs_queue_job_attempts_count[$__rate_interval])) > 0)',
    },
  },
];

/** What only some doors have. */
export const FURTHER_PANELS: { readonly [Name in NamedDoor['door']]?: readonly Panel[] } = {
  websocket: WEBSOCKET,
  schedule: SCHEDULE,
  queue: QUEUE,
};
