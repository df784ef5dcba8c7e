import * as djangoDefinitions from '../catalogue/django/typeorm.definitions.js';
import { DjangoTypeOrmMetrics } from '../catalogue/django/typeorm.metrics.js';
import * as definitions from '../catalogue/nest/typeorm.definitions.js';
import { TypeOrmMetrics } from '../catalogue/nest/typeorm.metrics.js';
import * as otelDefinitions from '../catalogue/otel/typeorm.definitions.js';
import { OtelTypeOrmMetrics } from '../catalogue/otel/typeorm.metrics.js';
import { DATABASE_EVENTS } from '../observe/database-events.js';
import { DataSourceDiscovery, discoverDataSources } from '../observe/typeorm/data-sources/data-source-discovery.js';
import { TypeOrmInstrumentation } from '../observe/typeorm/typeorm.instrumentation.js';
import { type Capability } from './capability.js';
import { type ResolvedTypeOrmOptions, TYPEORM_OPTIONS } from './typeorm.options.js';

/** Data sources: statements, rows, transactions, connections, migrations. */
export const TYPEORM: Capability<ResolvedTypeOrmOptions, DataSourceDiscovery> = {
  part: 'typeorm',
  options: TYPEORM_OPTIONS,
  events: DATABASE_EVENTS,
  conventions: {
    nest: { definitions, feed: ({ store, options }) => ({ listener: new TypeOrmMetrics(store, options) }) },
    django: {
      definitions: djangoDefinitions,
      feed: ({ store, options }) => ({ listener: new DjangoTypeOrmMetrics(store, options) }),
    },
    otel: {
      definitions: otelDefinitions,
      feed: ({ store, options }) => ({ listener: new OtelTypeOrmMetrics(store, options) }),
    },
  },
  onImport: discoverDataSources,
  early: {
    token: DataSourceDiscovery,
    make: () => new DataSourceDiscovery(),
    discard: (discovery) => discovery.stop(),
  },
  fillsRequestTally: true,
  instrument: (host, sink, options, discovery) => new TypeOrmInstrumentation(discovery, host.modules, sink, options),
};
