import { type Row } from '../dashboard-plan.js';

export const LIBRARY: Row = {
  title: 'The metrics library',
  panels: [
    {
      kind: 'graph',
      title: 'Folded label sets',
      description:
        'Label sets per second beyond the limit of a metric, which were counted in its _overflow series. Raise limits.labelSetsPerMetric, or remove a label.',
      unit: 'cps',
      queries: { '{{metric}}': 'sum by (metric) (rate(nestjs_metrics_overflow_total[$__rate_interval])) > 0' },
    },
    {
      kind: 'graph',
      title: 'Errors of the library',
      description:
        'Errors per second inside the metrics library that the application did not notice. The log has the first of each cause.',
      unit: 'cps',
      queries: { '{{part}}': 'sum by (part) (rate(nestjs_metrics_errors_total[$__rate_interval]))' },
    },
    {
      kind: 'graph',
      title: 'Rejected scrapes',
      description: 'Scrapes per second that were refused: too many at once, not authorized, or malformed.',
      unit: 'cps',
      queries: { '{{reason}}': 'sum by (reason) (rate(nestjs_metrics_scrapes_rejected_total[$__rate_interval]))' },
    },
    {
      kind: 'graph',
      title: 'Failing collectors',
      description: 'Instances on which a collector threw or was late in the last scrape. Its metrics are missing.',
      unit: 'short',
      queries: {
        '{{collector}}':
          'count by (collector) (nestjs_metrics_collector_success) - sum by (collector) (nestjs_metrics_collector_success)',
      },
    },
    {
      kind: 'graph',
      title: 'Collector duration',
      description: 'How long the last run of the slowest collector of each kind took.',
      unit: 's',
      queries: { '{{collector}}': 'max by (collector) (nestjs_metrics_collector_duration_seconds)' },
    },
    {
      kind: 'graph',
      title: 'Scrape duration',
      description: 'How long Prometheus waited for the metrics of the slowest instance.',
      unit: 's',
      queries: { '{{job}}': 'max by (job) (scrape_duration_seconds and on (job, instance) nestjs_metrics_info)' },
    },
    {
      kind: 'graph',
      title: 'Processes',
      description:
        'Processes whose numbers are in a scrape, of applications with the option processes. It changes when processes start and end.',
      unit: 'short',
      width: 12,
      queries: { '{{instance}}': 'sum by (instance) (nestjs_metrics_processes)' },
    },
    {
      kind: 'graph',
      title: 'Processes without an answer',
      description:
        'Processes that did not answer the one that was scraped. Their last known numbers are in the scrape.',
      unit: 'short',
      width: 12,
      queries: { '{{instance}}': 'sum by (instance) (nestjs_metrics_processes_unanswered)' },
    },
    {
      kind: 'table',
      title: 'Label sets by metric',
      description: 'Label sets of the instance that has the most. By default a metric may add 1,000 after boot.',
      width: 24,
      labels: { metric: 'Metric' },
      columns: [
        { title: 'Label sets', unit: 'short', query: 'max by (metric) (nestjs_metrics_series)' },
        {
          title: 'Folded',
          unit: 'short',
          query: 'sum by (metric) (increase(nestjs_metrics_overflow_total[$__range]))',
        },
      ],
      sortedBy: 'Label sets',
    },
  ],
};
