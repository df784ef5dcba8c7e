import { DJANGO_HTTP_REQUESTS_LATENCY_SECONDS_BY_VIEW_METHOD } from '../../catalogue/django/http.definitions.js';
import { DJANGO_DB_QUERY_DURATION_SECONDS } from '../../catalogue/django/typeorm.definitions.js';
import { NESTJS_HTTP_REQUEST_DURATION_SECONDS } from '../../catalogue/nest/http.definitions.js';
import { TYPEORM_QUERY_DURATION_SECONDS } from '../../catalogue/nest/typeorm.definitions.js';
import { HTTP_SERVER_REQUEST_DURATION_SECONDS } from '../../catalogue/otel/http.definitions.js';
import { DB_CLIENT_OPERATION_DURATION_SECONDS } from '../../catalogue/otel/typeorm.definitions.js';

/** A histogram whose series are told apart by these labels, as one table. */
export interface Subject {
  readonly title: 'routes' | 'statements';
  /** Without a namespace. */
  readonly histogram: string;
  /** The columns that name a row, with the label of each. */
  readonly columns: readonly { readonly head: string; readonly label: string }[];
  /** The series that count as failed. */
  readonly failed?: { readonly label: string; readonly values: RegExp };
}

/** Of every naming. A table is shown for those that an endpoint publishes. */
export const SUBJECTS: readonly Subject[] = [
  {
    title: 'routes',
    histogram: NESTJS_HTTP_REQUEST_DURATION_SECONDS.name,
    columns: [
      { head: 'method', label: 'method' },
      { head: 'route', label: 'route' },
    ],
    failed: { label: 'status_class', values: /^5xx$/ },
  },
  {
    title: 'statements',
    histogram: TYPEORM_QUERY_DURATION_SECONDS.name,
    columns: [
      { head: 'data source', label: 'data_source' },
      { head: 'operation', label: 'operation' },
      { head: 'entity', label: 'entity' },
    ],
  },
  {
    title: 'routes',
    histogram: DJANGO_HTTP_REQUESTS_LATENCY_SECONDS_BY_VIEW_METHOD.name,
    columns: [
      { head: 'method', label: 'method' },
      { head: 'view', label: 'view' },
    ],
  },
  {
    title: 'statements',
    histogram: DJANGO_DB_QUERY_DURATION_SECONDS.name,
    columns: [
      { head: 'alias', label: 'alias' },
      { head: 'vendor', label: 'vendor' },
    ],
  },
  {
    title: 'routes',
    histogram: HTTP_SERVER_REQUEST_DURATION_SECONDS.name,
    columns: [
      { head: 'method', label: 'http_request_method' },
      { head: 'route', label: 'http_route' },
    ],
    failed: { label: 'http_response_status_code', values: /^5\d\d$/ },
  },
  {
    title: 'statements',
    histogram: DB_CLIENT_OPERATION_DURATION_SECONDS.name,
    columns: [
      { head: 'database', label: 'db_namespace' },
      { head: 'operation', label: 'db_operation_name' },
      { head: 'collection', label: 'db_collection_name' },
    ],
    failed: { label: 'error_type', values: /./ },
  },
];
