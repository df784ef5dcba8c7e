import protobuf from 'protobufjs';

/** The messages of github.com/prometheus/client_model that an exposition is made of. */
const METRICS_PROTO = `
  syntax = "proto2";
  package io.prometheus.client;
  message Timestamp { optional int64 seconds = 1; optional int32 nanos = 2; }
  message LabelPair { optional string name = 1; optional string value = 2; }
  enum MetricType { COUNTER = 0; GAUGE = 1; SUMMARY = 2; UNTYPED = 3; HISTOGRAM = 4; GAUGE_HISTOGRAM = 5; }
  message Exemplar { repeated LabelPair label = 1; optional double value = 2; optional Timestamp timestamp = 3; }
  message Gauge { optional double value = 1; }
  message Counter {
    optional double value = 1; optional Exemplar exemplar = 2; optional Timestamp created_timestamp = 3;
  }
  message Untyped { optional double value = 1; }
  message Quantile { optional double quantile = 1; optional double value = 2; }
  message Summary {
    optional uint64 sample_count = 1; optional double sample_sum = 2; repeated Quantile quantile = 3;
    optional Timestamp created_timestamp = 4;
  }
  message Bucket {
    optional uint64 cumulative_count = 1; optional double cumulative_count_float = 4;
    optional double upper_bound = 2; optional Exemplar exemplar = 3;
  }
  message BucketSpan { optional sint32 offset = 1; optional uint32 length = 2; }
  message Histogram {
    optional uint64 sample_count = 1; optional double sample_count_float = 4; optional double sample_sum = 2;
    repeated Bucket bucket = 3; optional Timestamp created_timestamp = 15;
    optional sint32 schema = 5; optional double zero_threshold = 6;
    optional uint64 zero_count = 7; optional double zero_count_float = 8;
    repeated BucketSpan negative_span = 9; repeated sint64 negative_delta = 10; repeated double negative_count = 11;
    repeated BucketSpan positive_span = 12; repeated sint64 positive_delta = 13; repeated double positive_count = 14;
    repeated Exemplar exemplars = 16;
  }
  message Metric {
    repeated LabelPair label = 1; optional Gauge gauge = 2; optional Counter counter = 3; optional Summary summary = 4;
    optional Untyped untyped = 5; optional int64 timestamp_ms = 6; optional Histogram histogram = 7;
  }
  message MetricFamily {
    optional string name = 1; optional string help = 2; optional MetricType type = 3; repeated Metric metric = 4;
    optional string unit = 5;
  }
`;

const MetricFamily = protobuf.parse(METRICS_PROTO).root.lookupType('io.prometheus.client.MetricFamily');

export interface DecodedTimestamp {
  readonly seconds?: number;
  readonly nanos?: number;
}
export interface DecodedPair {
  readonly name: string;
  readonly value: string;
}
export interface DecodedExemplar {
  readonly label?: readonly DecodedPair[];
  readonly value: number;
  readonly timestamp?: DecodedTimestamp;
}
export interface DecodedSpan {
  readonly offset: number;
  readonly length: number;
}
export interface DecodedHistogram {
  readonly sampleCount: number;
  readonly sampleSum: number;
  readonly bucket?: readonly {
    readonly cumulativeCount: number;
    readonly upperBound: number;
    readonly exemplar?: DecodedExemplar;
  }[];
  readonly createdTimestamp?: DecodedTimestamp;
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly negativeSpan?: readonly DecodedSpan[];
  readonly negativeDelta?: readonly number[];
  readonly positiveSpan?: readonly DecodedSpan[];
  readonly positiveDelta?: readonly number[];
  readonly exemplars?: readonly DecodedExemplar[];
}
export interface DecodedMetric {
  readonly label?: readonly DecodedPair[];
  readonly gauge?: { readonly value: number };
  readonly counter?: {
    readonly value: number;
    readonly exemplar?: DecodedExemplar;
    readonly createdTimestamp?: DecodedTimestamp;
  };
  readonly untyped?: { readonly value: number };
  readonly summary?: {
    readonly sampleCount: number;
    readonly sampleSum: number;
    readonly quantile?: readonly { readonly quantile: number; readonly value: number }[];
  };
  readonly histogram?: DecodedHistogram;
}
export interface DecodedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'COUNTER' | 'GAUGE' | 'SUMMARY' | 'UNTYPED' | 'HISTOGRAM';
  readonly unit?: string;
  readonly metric?: readonly DecodedMetric[];
}

/** Reads an exposition in the protobuf format with a decoder that is not ours. What is not there is left out. */
export function decodeExposition(bytes: Uint8Array): readonly DecodedFamily[] {
  const reader = protobuf.Reader.create(bytes);
  const families: DecodedFamily[] = [];
  while (reader.pos < reader.len) {
    const family = MetricFamily.decodeDelimited(reader);
    families.push(MetricFamily.toObject(family, { longs: Number, enums: String }) as DecodedFamily);
  }
  return families;
}

/** The counts of native buckets by their index. */
export function bucketsOf(
  spans: readonly DecodedSpan[] = [],
  deltas: readonly number[] = [],
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  const rest = [...deltas];
  let index = 0;
  let count = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i += 1) {
      const delta = rest.shift();
      if (delta === undefined) throw new Error('Expected a delta for each bucket of the spans.');
      count += delta;
      counts.set(index, count);
      index += 1;
    }
  }
  if (rest.length > 0) throw new Error('Expected a bucket of the spans for each delta.');
  return counts;
}
