import { type INestApplication } from '@nestjs/common';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { type Adapter, helloApp } from './hello-app.js';

/** This library with an explicit `queriesPerRequest`, whose default depends on the version of Node. */
export const withQueries = { create: (adapter: Adapter) => create(adapter, true) };
export const withoutQueries = { create: (adapter: Adapter) => create(adapter, false) };

function create(adapter: Adapter, queriesPerRequest: boolean): Promise<INestApplication> {
  return helloApp(adapter, [PrometheusModule.forRoot({ http: { queriesPerRequest } })]);
}
