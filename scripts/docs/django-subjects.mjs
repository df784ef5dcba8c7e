// The sections of docs/metrics-django.md, one per file of definitions, in the order of the page.

export const DJANGO_INTRODUCTION = `
_This page is generated from the definitions in [\`lib/catalogue/django/\`](../lib/catalogue/django/). To change it, edit those and run \`npm run docs\`._

Every metric of \`naming: 'django'\`: the names, types, labels and buckets of [django-prometheus](https://github.com/django-commons/django-prometheus) 2.5.0, for rules and dashboards that were made for it. A test compares them with what a Django application exposes for the same requests.

- A \`view\` is a handler of a controller: \`DogsController.find\`. It is \`<unnamed view>\` where no handler was chosen: a 404, or an answer of middleware.
- An exception is observed once, and a method is always one of ten values. django-prometheus observes the latency of a request that ends in an exception twice, and labels it with any method.
- Metrics without labels, and the series of models, data sources and caches, start at 0. Other series appear with their first event, as in Django.
- The buckets are fixed. \`http.durationBuckets\`, \`typeorm.durationBuckets\` and \`http.labels\` apply to the naming \`nest\`.
- \`django_migrations_applied_total\` and \`django_migrations_unapplied_total\` are gauges. \`promtool check metrics\` complains about their names; Prometheus and the parsers of OpenMetrics accept them.
- The process and Node, decorated methods and the library itself have [the same names](metrics.md) in every naming.
- GraphQL, messages, schedules, queues, events and outgoing HTTP have names of [\`nest\`](metrics.md) only. Publish it beside this one if you need them.

[Decision 46](decisions/0046-django-names.md) explains what Django does not have and where it is counted.
`.trim();

export const DJANGO_SUBJECTS = [
  {
    file: 'django/http.definitions.ts',
    title: 'HTTP',
    off: '`http: false`',
    introduction: `
Requests of the application, from their arrival to the last byte of their answer. \`http: false\` turns these metrics off.

Two sums hold at any moment, with \`views\` for \`django_http_requests_latency_seconds_by_view_method_count\`:

- requests = responses + requests in flight
- responses = sum of \`views\` + requests with unknown latency, which were aborted by the client
`.trim(),
  },
  {
    file: 'django/typeorm.definitions.ts',
    title: 'TypeORM',
    off: '`typeorm: false`',
    introduction: `
Statements, connections, rows and migrations of every \`DataSource\`. \`typeorm: false\` turns these metrics off.
`.trim(),
  },
  {
    file: 'django/cache.definitions.ts',
    title: 'Caches',
    off: '`cache: false`',
    introduction: `
Lookups in the caches of \`@nestjs/cache-manager\`, and in those that you give to \`observeCache()\`. \`cache: false\` turns these metrics off.
`.trim(),
  },
];
