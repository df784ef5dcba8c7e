import { type DashboardPlan } from '../dashboard-plan.js';

export const CACHES: DashboardPlan = {
  uid: 'nestjs-caches',
  title: 'NestJS / Caches',
  description: 'Lookups, hits, failures and durations of the caches of @nestjs/cache-manager.',
  variables: [{ label: 'cache', title: 'Cache', metric: 'nestjs_cache_gets_total' }],
  rows: [
    {
      title: 'Lookups',
      panels: [
        {
          kind: 'graph',
          title: 'Hit ratio',
          description: 'The share of the looked up keys that were found. Failed lookups count as not found.',
          unit: 'percentunit',
          max: 1,
          queries: {
            '{{cache}} {{backend}}':
              'sum by (cache, backend) (rate(nestjs_cache_hits_total{cache=~"$cache"}[$__rate_interval])) / (sum by (cache, backend) (rate(nestjs_cache_gets_total{cache=~"$cache"}[$__rate_interval])) > 0)',
          },
        },
        {
          kind: 'graph',
          title: 'Lookups by outcome',
          description: 'Keys per second that were found and not found.',
          unit: 'ops',
          isStacked: true,
          queries: {
            'hits, {{cache}} {{backend}}':
              'sum by (cache, backend) (rate(nestjs_cache_hits_total{cache=~"$cache"}[$__rate_interval]))',
            'misses, {{cache}} {{backend}}':
              'sum by (cache, backend) (rate(nestjs_cache_misses_total{cache=~"$cache"}[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Keys written and deleted',
          description:
            'Keys per second, failed writes and deletes included. Many more writes than hits mean that the cache does not help.',
          unit: 'ops',
          queries: {
            'written, {{cache}} {{backend}}':
              'sum by (cache, backend) (rate(nestjs_cache_sets_total{cache=~"$cache"}[$__rate_interval]))',
            'deleted, {{cache}} {{backend}}':
              'sum by (cache, backend) (rate(nestjs_cache_deletes_total{cache=~"$cache"}[$__rate_interval]))',
          },
        },
      ],
    },
    {
      title: 'Store',
      panels: [
        {
          kind: 'graph',
          title: 'Failures by operation',
          description: 'Keys per second for which the store failed, whether or not the application got the error.',
          unit: 'ops',
          queries: {
            '{{operation}}, {{cache}} {{backend}}':
              'sum by (operation, cache, backend) (rate(nestjs_cache_failures_total{cache=~"$cache"}[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Calls by operation',
          description: 'Calls of the store per second, each for one key or several.',
          unit: 'ops',
          isStacked: true,
          queries: {
            '{{operation}}, {{cache}} {{backend}}':
              'sum by (operation, cache, backend) (rate(nestjs_cache_operation_duration_seconds_count{cache=~"$cache"}[$__rate_interval]))',
          },
        },
        {
          kind: 'graph',
          title: 'Call duration, p99',
          description: '99 of 100 calls of the store took at most this time, failed calls included.',
          unit: 's',
          queries: {
            '{{operation}}, {{cache}} {{backend}}':
              'histogram_quantile(0.99, sum by (operation, cache, backend, le) (rate(nestjs_cache_operation_duration_seconds_bucket{cache=~"$cache"}[$__rate_interval]))) >= 0',
          },
        },
        {
          kind: 'table',
          title: 'Caches',
          description: 'The lookups of the shown time.',
          width: 24,
          labels: { cache: 'Cache', backend: 'Backend' },
          columns: [
            {
              title: 'Lookups',
              unit: 'ops',
              query: 'sum by (cache, backend) (rate(nestjs_cache_gets_total{cache=~"$cache"}[$__range]))',
            },
            {
              title: 'Hit ratio',
              unit: 'percentunit',
              query:
                'sum by (cache, backend) (rate(nestjs_cache_hits_total{cache=~"$cache"}[$__range])) / (sum by (cache, backend) (rate(nestjs_cache_gets_total{cache=~"$cache"}[$__range])) > 0)',
            },
            {
              title: 'Failures',
              unit: 'ops',
              query: 'sum by (cache, backend) (rate(nestjs_cache_failures_total{cache=~"$cache"}[$__range]))',
            },
            {
              title: 'Mean duration of a call',
              unit: 's',
              query:
                'sum by (cache, backend) (rate(nestjs_cache_operation_duration_seconds_sum{cache=~"$cache"}[$__range])) / (sum by (cache, backend) (rate(nestjs_cache_operation_duration_seconds_count{cache=~"$cache"}[$__range])) > 0)',
            },
          ],
          sortedBy: 'Lookups',
        },
      ],
    },
  ],
};
