import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../lib/capabilities/capabilities.js';
import { isDefinition } from '../../lib/capabilities/capability.js';
import { type MetricDefinition } from '../../lib/metrics/definition.js';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const DATABASE_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const BYTES = Array.from({ length: 10 }, (_, exponent) => 256 * 4 ** exponent);
const ENDED = 'http_request_method http_route? http_response_status_code? url_scheme error_type?';
const POOL = 'db_client_connection_pool_name';

/** A metric as OpenTelemetry's conventions have it: name, unit in UCUM, instrument, attributes, advised bounds. */
const CONVENTIONS = [
  ['http.server.request.duration', 's', 'Histogram', ENDED, SECONDS],
  ['http.server.active_requests', '{request}', 'UpDownCounter', 'http_request_method url_scheme', []],
  ['http.server.request.body.size', 'By', 'Histogram', ENDED, BYTES],
  ['http.server.response.body.size', 'By', 'Histogram', ENDED, BYTES],
  [
    'http.client.request.duration',
    's',
    'Histogram',
    'http_request_method server_address server_port? http_response_status_code? error_type? url_scheme',
    SECONDS,
  ],
  [
    'db.client.operation.duration',
    's',
    'Histogram',
    'db_system_name db_namespace? db_collection_name? db_operation_name? error_type?',
    DATABASE_SECONDS,
  ],
  ['db.client.connection.count', '{connection}', 'UpDownCounter', `${POOL} db_client_connection_state`, []],
  ['db.client.connection.max', '{connection}', 'UpDownCounter', POOL, []],
  ['db.client.connection.pending_requests', '{request}', 'UpDownCounter', POOL, []],
  ['db.client.connection.wait_time', 's', 'Histogram', POOL, DATABASE_SECONDS],
] as const;

/** The unit words of "Prometheus and OpenMetrics Compatibility"; units in braces are left out. */
const UNITS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' };

/** The rules of that document for a name and a type. */
const translated = CONVENTIONS.map(([name, unit, instrument, labels, buckets]) => ({
  name: [name.replaceAll('.', '_'), ...(UNITS[unit] === undefined ? [] : [UNITS[unit]])].join('_'),
  type: instrument === 'Histogram' ? 'histogram' : 'gauge',
  unit: UNITS[unit],
  labels,
  buckets,
}));

/** Without the metrics whose names are the same in every naming. */
const published = CAPABILITIES.flatMap(({ conventions: { nest, otel } }) => (otel === nest ? [] : (otel ?? [])))
  .flatMap(({ definitions }) => Object.values(definitions))
  .filter(isDefinition);
const byName = (one: { readonly name: string }, other: { readonly name: string }) => (one.name < other.name ? -1 : 1);

function described(definition: MetricDefinition) {
  const { name, type, unit, labels } = definition;
  const names = Object.entries(labels).map(([label, { optional }]) => (optional === true ? `${label}?` : label));
  return { name, type, unit, labels: names.join(' '), buckets: type === 'histogram' ? definition.buckets : [] };
}

describe('the metrics of the naming otel', () => {
  it("are OpenTelemetry's, translated by the rules of its compatibility specification", () => {
    expect(published.map(described).toSorted(byName)).toEqual(translated.toSorted(byName));
  });
});
