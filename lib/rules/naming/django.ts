import { histogram, type RuleNaming } from './rule-naming.js';

const REQUEST = { route: ['view'], method: ['method'], status: ['status'], status_class: [] };
const DATABASE = { data_source: ['alias'], operation: [], entity: [] };
const CACHE = { cache: [], operation: [] };

/**
 * django-prometheus has no aborts, no requests in flight, no statements per request, no transactions and no pools. It
 * does not count what is written to caches.
 */
export const DJANGO: RuleNaming = {
  metrics: {
    nestjs_http_requests_total: { name: 'django_http_responses_total_by_status_view_method_total', labels: REQUEST },
    ...histogram(
      'nestjs_http_request_duration_seconds',
      'django_http_requests_latency_seconds_by_view_method',
      REQUEST,
    ),
    ...histogram('typeorm_query_duration_seconds', 'django_db_query_duration_seconds', DATABASE),
    typeorm_query_errors_total: { name: 'django_db_errors_total', labels: { ...DATABASE, error_type: ['type'] } },
    typeorm_connection_errors_total: {
      name: 'django_db_new_connection_errors_total',
      labels: { ...DATABASE, error_type: [] },
    },
    typeorm_migrations_pending: { name: 'django_migrations_unapplied_total', labels: { data_source: ['connection'] } },
    nestjs_cache_gets_total: { name: 'django_cache_get_total', labels: CACHE },
    nestjs_cache_hits_total: { name: 'django_cache_get_hits_total', labels: CACHE },
    nestjs_cache_misses_total: { name: 'django_cache_get_misses_total', labels: CACHE },
    nestjs_cache_failures_total: { name: 'django_cache_get_fail_total', labels: CACHE },
  },
  prefixes: { nestjs_http: 'django_http', typeorm: 'django_db', nestjs_cache: 'django_cache' },
  matchers: { 'error_type!="integrity"': 'type!="IntegrityError"' },
};
