/** Prometheus text 0.0.4, or OpenMetrics text 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

export type Labels = Readonly<Record<string, string>>;

export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestamp: number | undefined;
}

export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  /** As written: milliseconds in the text format, seconds in OpenMetrics. */
  readonly timestamp: number | undefined;
  readonly exemplar: Exemplar | undefined;
  readonly lineNumber: number;
}

export interface Family {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string | undefined;
  readonly unit: string | undefined;
  readonly samples: readonly Sample[];
}

export type MetricType =
  'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped' | 'unknown' | 'gaugehistogram' | 'stateset' | 'info';

/** The suffixes that each format appends to the name of a family for its samples. */
const SAMPLE_SUFFIXES: Readonly<Record<ExpositionFormat, Readonly<Partial<Record<MetricType, readonly string[]>>>>> = {
  text: {
    counter: [''],
    gauge: [''],
    untyped: [''],
    histogram: ['_bucket', '_sum', '_count'],
    summary: ['', '_sum', '_count'],
  },
  openmetrics: {
    counter: ['_total', '_created'],
    gauge: [''],
    unknown: [''],
    stateset: [''],
    info: ['_info'],
    histogram: ['_bucket', '_sum', '_count', '_created'],
    gaugehistogram: ['_bucket', '_gsum', '_gcount'],
    summary: ['', '_sum', '_count', '_created'],
  },
};

export function isMetricType(format: ExpositionFormat, word: string): word is MetricType {
  return Object.hasOwn(SAMPLE_SUFFIXES[format], word);
}

export function sampleNames(format: ExpositionFormat, type: MetricType, familyName: string): string[] {
  return (SAMPLE_SUFFIXES[format][type] ?? []).map((suffix) => familyName + suffix);
}
