/** Kinds of fields in the JSON encoding of OTLP: whole numbers of 64 bits are texts, ids are hexadecimal. */
const KINDS = {
  string: (value: unknown) => typeof value === 'string',
  bool: (value: unknown) => typeof value === 'boolean',
  int32: (value: unknown) => Number.isInteger(value),
  fixed64: (value: unknown) => typeof value === 'string' && /^\d+$/.test(value) && BigInt(value) < 2n ** 64n,
  double: (value: unknown) => Number.isFinite(value) || ['NaN', 'Infinity', '-Infinity'].includes(String(value)),
  traceId: (value: unknown) => /^[\da-f]{32}$/i.test(String(value)),
  spanId: (value: unknown) => /^[\da-f]{16}$/i.test(String(value)),
} as const;

const POINT = { attributes: 'KeyValue[]', startTimeUnixNano: 'fixed64', timeUnixNano: 'fixed64' };
const EXEMPLARS = { exemplars: 'Exemplar[]', flags: 'int32' };

/** The fields of the messages in `metrics.proto` and what it imports, version 1.9. */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Request: { resourceMetrics: 'ResourceMetrics[]' },
  ResourceMetrics: { resource: 'Resource', scopeMetrics: 'ScopeMetrics[]', schemaUrl: 'string' },
  Resource: { attributes: 'KeyValue[]' },
  ScopeMetrics: { scope: 'Scope', metrics: 'Metric[]', schemaUrl: 'string' },
  Scope: { name: 'string', version: 'string' },
  Metric: {
    name: 'string',
    description: 'string',
    unit: 'string',
    gauge: 'Gauge',
    sum: 'Sum',
    histogram: 'Histogram',
    exponentialHistogram: 'ExponentialHistogram',
    summary: 'Summary',
  },
  Gauge: { dataPoints: 'NumberPoint[]' },
  Sum: { dataPoints: 'NumberPoint[]', aggregationTemporality: 'int32', isMonotonic: 'bool' },
  Histogram: { dataPoints: 'HistogramPoint[]', aggregationTemporality: 'int32' },
  ExponentialHistogram: { dataPoints: 'ExponentialPoint[]', aggregationTemporality: 'int32' },
  Summary: { dataPoints: 'SummaryPoint[]' },
  NumberPoint: { ...POINT, ...EXEMPLARS, asDouble: 'double', asInt: 'fixed64' },
  HistogramPoint: {
    ...POINT,
    ...EXEMPLARS,
    count: 'fixed64',
    sum: 'double',
    bucketCounts: 'fixed64[]',
    explicitBounds: 'double[]',
  },
  ExponentialPoint: {
    ...POINT,
    ...EXEMPLARS,
    count: 'fixed64',
    sum: 'double',
    scale: 'int32',
    zeroCount: 'fixed64',
    zeroThreshold: 'double',
    positive: 'Buckets',
    negative: 'Buckets',
  },
  Buckets: { offset: 'int32', bucketCounts: 'fixed64[]' },
  SummaryPoint: { ...POINT, flags: 'int32', count: 'fixed64', sum: 'double', quantileValues: 'Quantile[]' },
  Quantile: { quantile: 'double', value: 'double' },
  Exemplar: {
    filteredAttributes: 'KeyValue[]',
    timeUnixNano: 'fixed64',
    asDouble: 'double',
    asInt: 'fixed64',
    spanId: 'spanId',
    traceId: 'traceId',
  },
  KeyValue: { key: 'string', value: 'AnyValue' },
  AnyValue: { stringValue: 'string' },
};

export interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

export interface OtlpExemplar {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly asDouble: number;
  readonly timeUnixNano?: string;
  readonly filteredAttributes?: readonly OtlpAttribute[];
}

/** A data point of any kind. */
export interface OtlpPoint {
  readonly attributes: readonly OtlpAttribute[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  readonly asDouble?: number | string;
  readonly count?: string;
  readonly sum?: number;
  readonly explicitBounds?: readonly number[];
  readonly bucketCounts?: readonly string[];
  readonly scale?: number;
  readonly zeroCount?: string;
  readonly positive?: { readonly offset: number; readonly bucketCounts: readonly string[] };
  readonly negative?: { readonly offset: number; readonly bucketCounts: readonly string[] };
  readonly quantileValues?: readonly { readonly quantile: number; readonly value: number | string }[];
  readonly exemplars?: readonly OtlpExemplar[];
}

interface OtlpPoints {
  readonly dataPoints: readonly OtlpPoint[];
  readonly aggregationTemporality?: number;
  readonly isMonotonic?: boolean;
}

export interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly gauge?: OtlpPoints;
  readonly sum?: OtlpPoints;
  readonly histogram?: OtlpPoints;
  readonly exponentialHistogram?: OtlpPoints;
  readonly summary?: OtlpPoints;
}

export interface OtlpRequest {
  readonly resource: Readonly<Record<string, string>>;
  readonly scope: { readonly name: string; readonly version: string };
  readonly metrics: readonly OtlpMetric[];
}

/** Reads a request with one resource and one scope. Throws if a field does not exist in OTLP or has another type there. */
export function readOtlp(body: string): OtlpRequest {
  const request: unknown = JSON.parse(body);
  check('Request', request, 'request');
  const { resourceMetrics } = request as {
    resourceMetrics: [
      {
        resource: { attributes: OtlpAttribute[] };
        scopeMetrics: [{ scope: OtlpRequest['scope']; metrics: OtlpMetric[] }];
      },
    ];
  };
  const [{ resource, scopeMetrics }] = resourceMetrics;
  const [{ scope, metrics }] = scopeMetrics;
  return { resource: labelsOf(resource), scope, metrics };
}

export function labelsOf({ attributes }: Pick<OtlpPoint, 'attributes'>): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
}

/** The samples that the text format has for the same numbers. Of an exponential histogram only its count and its sum. */
export function samplesOf({ metrics }: OtlpRequest): ReadonlyMap<string, number> {
  return new Map(metrics.flatMap((metric) => pointsOf(metric).flatMap((point) => samplesOfPoint(metric.name, point))));
}

/** As `samplesOf` has it. */
export function sampleKey(name: string, labels: Readonly<Record<string, string>>): string {
  return `${name} ${JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`;
}

export function pointsOf(metric: OtlpMetric): readonly OtlpPoint[] {
  const kinds = [metric.gauge, metric.sum, metric.histogram, metric.exponentialHistogram, metric.summary];
  return kinds.flatMap((kind) => kind?.dataPoints ?? []);
}

function samplesOfPoint(name: string, point: OtlpPoint): [string, number][] {
  const labels = labelsOf(point);
  if (point.asDouble !== undefined) return [[sampleKey(name, labels), Number(point.asDouble)]];
  const { bucketCounts = [], explicitBounds = [], quantileValues = [] } = point;
  let cumulative = 0;
  return [
    ...bucketCounts.map((count, i): [string, number] => {
      cumulative += Number(count);
      const le = i < explicitBounds.length ? String(explicitBounds[i]) : '+Inf';
      return [sampleKey(`${name}_bucket`, { ...labels, le }), cumulative];
    }),
    ...quantileValues.map(({ quantile, value }): [string, number] => [
      sampleKey(name, { ...labels, quantile: String(quantile) }),
      Number(value),
    ]),
    [sampleKey(`${name}_sum`, labels), Number(point.sum)],
    [sampleKey(`${name}_count`, labels), Number(point.count)],
  ];
}

function check(type: string, value: unknown, path: string): void {
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) throw new TypeError(`Expected ${path} to be a list.`);
    for (const [i, one] of value.entries()) check(type.slice(0, -2), one, `${path}[${i}]`);
    return;
  }
  const fields = MESSAGES[type];
  if (fields === undefined) {
    if (!KINDS[type as keyof typeof KINDS](value))
      throw new TypeError(`Expected ${path} to be ${type}, got ${JSON.stringify(value)}.`);
    return;
  }
  if (typeof value !== 'object' || value === null) throw new TypeError(`Expected ${path} to be an object.`);
  for (const [name, field] of Object.entries(value)) {
    const its = fields[name];
    if (its === undefined) throw new TypeError(`${type} has no field ${name} in ${path}.`);
    check(its, field, `${path}.${name}`);
  }
}
