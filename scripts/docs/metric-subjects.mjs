// The sections of docs/metrics.md, one per file of definitions, in the order of the page.

export const METRICS_INTRODUCTION = `
_This page is generated from the definitions in [\`lib/catalogue/\`](../lib/catalogue/). To change it, edit those and run \`npm run docs\`._

Every metric of the default naming convention, with its type, its labels and the values that they can have.

- With the option \`namespace\`, each name begins with the namespace: \`shop_nestjs_http_requests_total\`.
- Labels of \`defaultLabels\` are on every series. Labels of \`http.labels\` are on three of the HTTP metrics.
- No label contains text from a client. A label has either a fixed list of values or values that your code registers, such as route templates and entities.
- A metric that gets more than \`limits.labelSetsPerMetric\` label sets after boot counts all further ones in one series whose labels are all \`_overflow\`.
- Series that are known at boot start at 0, so that \`rate()\` sees the first increment.
- Where a label says \`_OTHER\`, the value was not in the list.
`.trim();

export const METRIC_SUBJECTS = [
  {
    file: 'nest/http.definitions.ts',
    title: 'HTTP',
    off: '`http: false`',
    introduction: `
Requests of the application, from their arrival to the last byte of their answer. \`http: false\` turns these metrics off.

[HTTP metrics in detail](http.md) explains what \`route\`, \`status\` and \`error_type\` contain, how to add labels of your own, and what is not counted.
`.trim(),
    buckets: { constant: 'DURATION_BUCKETS', option: 'http.durationBuckets' },
  },
  {
    file: 'nest/typeorm.definitions.ts',
    title: 'TypeORM',
    off: '`typeorm: false`',
    introduction: `
Statements, rows, transactions, connections and migrations of every \`DataSource\`. \`typeorm: false\` turns these metrics off.

[TypeORM metrics in detail](typeorm.md) explains which data sources are found, when rows are counted, and what cannot be counted.
`.trim(),
    buckets: { constant: 'QUERY_BUCKETS', option: 'typeorm.durationBuckets' },
  },
  {
    file: 'nest/cache.definitions.ts',
    title: 'Caches',
    off: '`cache: false`',
    introduction: `
Caches of \`@nestjs/cache-manager\`, and those that you give to \`observeCache()\`. \`cache: false\` turns these metrics off.

[Cache metrics in detail](caches.md) explains which caches are found and how calls are counted.
`.trim(),
  },
  {
    file: 'nest/graphql.definitions.ts',
    title: 'GraphQL',
    off: '`graphql: false`',
    introduction: `
Root fields of the schema of \`@nestjs/graphql\`, with Apollo and Mercurius. \`graphql: false\` turns these metrics off. An application without the GraphQLModule has none of them.

[Other doors](operations.md) explains what all doors have in common, and [GraphQL](operations.md#graphql) what an execution of a root field is.
`.trim(),
    buckets: { constant: 'DURATION_BUCKETS', option: 'graphql.durationBuckets' },
  },
  {
    file: 'nest/rpc.definitions.ts',
    title: 'Microservices',
    off: '`rpc: false`',
    introduction: `
Messages and events of \`@nestjs/microservices\`. \`rpc: false\` turns these metrics off. An application without a microservice has none of them.

[Other doors](operations.md) explains what all doors have in common, and [microservices](operations.md#microservices) what is counted with each transport.
`.trim(),
    buckets: { constant: 'DURATION_BUCKETS', option: 'rpc.durationBuckets' },
  },
  {
    file: 'nest/websocket.definitions.ts',
    title: 'WebSocket gateways',
    off: '`websocket: false`',
    introduction: `
Messages and connections of classes with \`@WebSocketGateway()\`, with socket.io and with ws. \`websocket: false\` turns these metrics off. An application without a gateway has none of them.

[Other doors](operations.md) explains what all doors have in common, and [WebSocket gateways](operations.md#websocket-gateways) what is counted when.
`.trim(),
    buckets: { constant: 'DURATION_BUCKETS', option: 'websocket.durationBuckets' },
  },
  {
    file: 'nest/schedule.definitions.ts',
    title: 'Schedules',
    off: '`schedule: false`',
    introduction: `
Methods with \`@Cron()\`, \`@Interval()\` and \`@Timeout()\` of \`@nestjs/schedule\`. \`schedule: false\` turns these metrics off. An application without the ScheduleModule has none of them.

[Other doors](operations.md) explains what all doors have in common, and [schedules](operations.md#schedules) what is seen.
`.trim(),
    buckets: { constant: 'JOB_BUCKETS', option: 'schedule.durationBuckets' },
  },
  {
    file: 'nest/queue.definitions.ts',
    title: 'Queues',
    off: '`queue: false`',
    introduction: `
Processors and queues of \`@nestjs/bullmq\`. \`queue: false\` turns these metrics off. An application without the BullModule has none of them.

[Other doors](operations.md) explains what all doors have in common, and [queues](operations.md#queues) what is seen.
`.trim(),
    buckets: { constant: 'JOB_BUCKETS', option: 'queue.durationBuckets' },
  },
  {
    file: 'nest/events.definitions.ts',
    title: 'Events',
    off: '`events: false`',
    introduction: `
Handlers with \`@OnEvent()\` of \`@nestjs/event-emitter\`. \`events: false\` turns these metrics off. An application without the EventEmitterModule has none of them.

[Other doors](operations.md) explains what all doors have in common, and [events](operations.md#events) what an event is.
`.trim(),
    buckets: { constant: 'DURATION_BUCKETS', option: 'events.durationBuckets' },
  },
  {
    file: 'nest/outgoing.definitions.ts',
    title: 'Outgoing HTTP requests',
    off: '`outgoing: false`',
    introduction: `
HTTP requests that the application sends: with \`fetch\`, undici, \`http\` and \`https\`, axios and \`@nestjs/axios\`. \`outgoing: false\` turns these metrics off. An application that sends none and declares no hosts has none of them.

[Outgoing HTTP requests](outgoing.md) explains when a request begins and ends, which hosts have a name, and what is not counted. [\`nestjs_http_request_outgoing_requests\`](#nestjs_http_request_outgoing_requests) has the number per incoming request.
`.trim(),
    buckets: { constant: 'DURATION_BUCKETS', option: 'outgoing.durationBuckets' },
  },
  {
    file: 'nest/method.definitions.ts',
    title: 'Decorated methods',
    off: 'nothing: remove the decorators',
    introduction: `
Methods with [\`@Timed()\` or \`@Counted()\`](your-own-metrics.md#decorators). Each metric exists only in an application that has such a method.
`.trim(),
  },
  {
    file: 'nest/process.definitions.ts',
    title: 'The process',
    off: '`runtimeMetrics: false`',
    introduction: `
CPU, memory, files and threads of the process. \`runtimeMetrics: false\` turns these metrics off, and those of Node with them.

The names are those of prom-client, so that existing dashboards work. What the operating system does not report is left out.
`.trim(),
  },
  {
    file: 'nest/nodejs.definitions.ts',
    title: 'Node',
    off: '`runtimeMetrics: false`',
    introduction: `
Event loop, garbage collection and heap. \`runtimeMetrics: false\` turns these metrics off, and those of the process with them.

The names are those of prom-client too. Five of its metrics are missing, because Prometheus' linter rejects their names or because they need private APIs of Node ([decision 7](decisions/0007-runtime-metrics.md)).
`.trim(),
  },
  {
    file: 'nest/self.definitions.ts',
    title: 'The library itself',
    off: 'nothing',
    introduction: `
What the library does and what fails in it. These metrics cannot be turned off.
`.trim(),
  },
];
