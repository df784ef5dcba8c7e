// The sections of docs/options.md: the two modules, each with its options in groups. A name includes all options below
// it.

export const OPTIONS_INTRODUCTION = `
_This page is generated from the types of the options and their rules. To change it, edit those and run \`npm run docs\`._

A wrong option stops the boot with one error that lists every fault. So does an option that would have no effect, such as \`guards\` beside \`bypassGuards\` ([decision 25](decisions/0025-what-options-are-refused.md)).

- [PrometheusModule](#prometheusmodule)
- [MonitorModule](#monitormodule)
`.trim();

const PROMETHEUS_ASYNC = `
_Variable_ is the environment variable that [\`register\`](register.md) reads.

Given to \`PrometheusModule.forRoot(options)\`, or returned by the factory of \`forRootAsync()\`. The four options of the route cannot come from the factory, because Nest registers the route before it can inject anything. Put them beside the factory:

\`\`\`ts
PrometheusModule.forRootAsync({
  inject: [ConfigService],
  useFactory: (config: ConfigService) => ({ namespace: config.get('NAMESPACE') }),
  path: '/metrics',
  guards: [ScraperGuard],
});
\`\`\`
`.trim();

const MONITOR_ASYNC = `
Given to \`MonitorModule.forRoot(options)\`, or returned by the factory of \`forRootAsync()\`. \`path\`, \`guards\` and \`decorators\` stand beside the factory, as above. [The live monitor](monitor.md) explains what it shows and who can open it.

\`http.ignore\` of the PrometheusModule applies to the monitor as well. With \`http: false\` the monitor has no requests, and with \`typeorm: false\` no statements.
`.trim();

export const OPTION_MODULES = [
  {
    title: 'PrometheusModule',
    type: 'PrometheusOptions',
    rules: 'prometheus',
    introduction: PROMETHEUS_ASYNC,
    subjects: [
      {
        title: 'The route',
        names: ['path', 'guards', 'decorators', 'bypassGuards', 'auth'],
        introduction: 'Where the metrics are served and who can read them. See [the endpoint](endpoint.md).',
      },
      {
        title: 'The own port',
        names: ['server'],
        introduction: 'An endpoint with a port and a thread of its own. See [the own port](endpoint.md#the-own-port).',
      },
      {
        title: 'Several processes',
        names: ['processes'],
        introduction: 'One answer for `cluster`, PM2, and replicas on one host. See [several processes](processes.md).',
      },
      {
        title: 'Pushing',
        names: ['push'],
        introduction: 'For processes that end before a scrape. See [pushing metrics](push.md).',
      },
      {
        title: 'All metrics',
        names: [
          'namespace',
          'naming',
          'defaultLabels',
          'nativeHistograms',
          'createdTimestamps',
          'exemplars',
          'registry',
          'listeners',
        ],
        introduction: 'Names and labels of every metric, and what else receives them.',
      },
      {
        title: 'HTTP options',
        names: ['http'],
        introduction: 'See [HTTP metrics in detail](http.md) and [the list of metrics](metrics.md#http).',
      },
      {
        title: 'TypeORM options',
        names: ['typeorm'],
        introduction: 'See [TypeORM metrics in detail](typeorm.md) and [the list of metrics](metrics.md#typeorm).',
      },
      {
        title: 'Options of other doors',
        names: ['graphql', 'rpc', 'websocket', 'schedule', 'queue', 'events'],
        introduction: 'Work that does not come as an HTTP request. See [other doors](operations.md).',
      },
      {
        title: 'Options of outgoing requests',
        names: ['outgoing'],
        introduction:
          'See [outgoing HTTP requests](outgoing.md) and [the list of metrics](metrics.md#outgoing-http-requests).',
      },
      {
        title: 'Other metrics',
        names: ['cache', 'runtimeMetrics'],
        introduction:
          'See [cache metrics in detail](caches.md) and the metrics of [the process](metrics.md#the-process) and of [Node](metrics.md#node).',
      },
      {
        title: 'Series and scrapes',
        names: ['limits'],
        introduction: 'How many series a metric can have, and how much work scrapes can cause.',
      },
    ],
  },
  {
    title: 'MonitorModule',
    type: 'MonitorOptions',
    rules: 'monitor',
    introduction: MONITOR_ASYNC,
    subjects: [
      {
        title: 'Its routes',
        names: ['path', 'guards', 'decorators', 'auth', 'listen'],
        introduction: 'Where the page is served and who can open it. See [who may look](monitor.md#who-may-look).',
      },
      {
        title: 'What it keeps',
        names: ['store', 'ignore', 'totalsOnly', 'retentionHours'],
        introduction:
          'What is counted, where it is kept and for how long. See [all processes together](monitor.md#all-processes-together).',
      },
    ],
  },
];
