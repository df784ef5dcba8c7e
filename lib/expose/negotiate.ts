import { type IncomingHttpHeaders } from 'node:http';
import { type ExpositionFormat } from './formats/format.js';
import { ESCAPING_SCHEMES, type EscapingScheme, openMetrics } from './formats/openmetrics.js';
import { protobuf } from './formats/protobuf/protobuf.js';
import { TEXT } from './formats/text.js';

/** One range of an `Accept` or `Accept-Encoding` header. */
interface Range {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/**
 * The format that an `Accept` header asks for, by its q-values; of equal ones the richest. Text 0.0.4 when nothing is asked
 * for, when a browser asks, and when what is asked for does not exist: a scrape in the wrong format is better than none.
 */
export function negotiateFormat(accept: string | undefined): ExpositionFormat {
  const ranges = rangesOf(accept);
  const text = { quality: qualityOfText(ranges), format: () => TEXT };
  const others = [
    { range: best(ranges.filter(isProtobuf)), format: protobuf },
    { range: best(ranges.filter(isOpenMetrics)), format: openMetrics },
  ].flatMap(({ range, format }) =>
    range === undefined ? [] : { quality: range.quality, format: () => format(escapingOf(range)) },
  );
  const [wanted = text] = [...others, text].toSorted((a, b) => b.quality - a.quality);
  return wanted.quality === 0 ? TEXT : wanted.format();
}

/** Whether an `Accept-Encoding` header allows gzip. */
export function acceptsGzip(headers: IncomingHttpHeaders): boolean {
  const ranges = rangesOf(headers['accept-encoding']);
  return (best(ranges.filter(({ value }) => value === 'gzip' || value === 'x-gzip'))?.quality ?? 0) > 0;
}

function isProtobuf({ value, parameters }: Range): boolean {
  if (value !== 'application/vnd.google.protobuf') return false;
  return parameters.get('proto') === 'io.prometheus.client.MetricFamily' && parameters.get('encoding') === 'delimited';
}

function isOpenMetrics({ value, parameters }: Range): boolean {
  const version = parameters.get('version') ?? '1.0.0';
  return value === 'application/openmetrics-text' && version === '1.0.0';
}

/** Of several ranges the most exact one counts: `text/plain;q=0.2` says more of the text format than a wildcard. */
function qualityOfText(ranges: readonly Range[]): number {
  const exact = [isText, isNamed('text/*'), isNamed('*/*')].map((isOne) => best(ranges.filter(isOne)));
  return exact.find((range) => range !== undefined)?.quality ?? 0;
}

function isText({ value, parameters }: Range): boolean {
  return value === 'text/plain' && (parameters.get('version') ?? '0.0.4') === '0.0.4';
}

function isNamed(name: string): (range: Range) => boolean {
  return ({ value }) => value === name;
}

/** Prometheus asks for a scheme; an unknown one is as good as none. */
function escapingOf({ parameters }: Range): EscapingScheme {
  return ESCAPING_SCHEMES.find((scheme) => scheme === parameters.get('escaping')) ?? 'underscores';
}

function best(ranges: readonly Range[]): Range | undefined {
  return ranges.toSorted((a, b) => b.quality - a.quality)[0];
}

function rangesOf(header: string | undefined): readonly Range[] {
  return (header ?? '').split(',').map((part) => {
    const [value = '', ...rest] = part.split(';').map((piece) => piece.trim());
    const parameters = new Map(rest.map(parameterOf));
    return { value: value.toLowerCase(), parameters, quality: qualityOf(parameters.get('q')) };
  });
}

function parameterOf(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=', 2);
  return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')];
}

function qualityOf(text: string | undefined): number {
  const quality = text === undefined ? 1 : Number.parseFloat(text);
  return quality >= 0 && quality <= 1 ? quality : 0;
}
