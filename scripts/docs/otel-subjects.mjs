// The sections of docs/metrics-otel.md, one per file of definitions, in the order of the page.

export const OTEL_INTRODUCTION = `
_This page is generated from the definitions in [\`lib/catalogue/otel/\`](../lib/catalogue/otel/). To change it, edit those and run \`npm run docs\`._

Every metric of \`naming: 'otel'\`: the names that the semantic conventions of OpenTelemetry have in Prometheus.

- The process and Node, decorated methods and the library itself have [the same names](metrics.md) in every naming.
- GraphQL, messages, schedules, queues and events have names of [\`nest\`](metrics.md) only. Publish it beside this one if you need them.
`.trim();

export const OTEL_SUBJECTS = [
  {
    file: 'otel/http.definitions.ts',
    title: 'HTTP',
    off: '`http: false`',
    introduction: `
Requests of the application, from their arrival to the last byte of their answer. \`http: false\` turns these metrics off.
`.trim(),
  },
  {
    file: 'otel/outgoing.definitions.ts',
    title: 'Outgoing HTTP requests',
    off: '`outgoing: false`',
    introduction: `
HTTP requests that the application sends. \`outgoing: false\` turns this metric off. [Outgoing HTTP requests](outgoing.md) explains when a request begins and ends.
`.trim(),
    buckets: { constant: 'DURATION_BUCKETS', option: 'outgoing.durationBuckets' },
  },
  {
    file: 'otel/typeorm.definitions.ts',
    title: 'TypeORM',
    off: '`typeorm: false`',
    introduction: `
Statements and connection pools of every \`DataSource\`. \`typeorm: false\` turns these metrics off.
`.trim(),
  },
];
