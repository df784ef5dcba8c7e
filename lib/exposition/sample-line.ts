import { type Exemplar, type ExpositionFormat, type Labels, type Sample } from './family.js';
import { LineCursor } from './line-cursor.js';

/** Reads `name{label="value",…} value [timestamp]`, followed by an exemplar in OpenMetrics. */
export function readSampleLine(line: string, lineNumber: number, format: ExpositionFormat): Sample {
  const cursor = new LineCursor(line, lineNumber, format);
  cursor.insignificantBlanks();
  const name = cursor.metricName();
  const labels = optionalLabels(cursor);
  const value = cursor.number('the value');
  const sample =
    format === 'text'
      ? { timestamp: optionalMilliseconds(cursor), exemplar: undefined }
      : { timestamp: optionalSeconds(cursor), exemplar: optionalExemplar(cursor) };
  if (!cursor.isAtEnd) cursor.fail('Text after the sample');
  return { name, labels, value, ...sample, lineNumber };
}

function optionalLabels(cursor: LineCursor): Labels {
  const isSeparated = cursor.blanks();
  if (!cursor.isNext('{')) {
    if (!isSeparated) cursor.fail('Expected a blank or a label set after the name');
    return {};
  }
  const labels = cursor.labels();
  const valueIsSeparated = cursor.blanks();
  // In the text format the braces are separators by themselves.
  if (cursor.format === 'openmetrics' && (isSeparated || !valueIsSeparated)) {
    cursor.fail('Expected no blank before the label set and one after it');
  }
  return labels;
}

function optionalMilliseconds(cursor: LineCursor): number | undefined {
  const isSeparated = cursor.blanks();
  if (cursor.isAtEnd) return undefined;
  if (!isSeparated) cursor.fail('Expected a blank after the value');
  const timestamp = cursor.wholeNumber('the timestamp');
  cursor.insignificantBlanks();
  return timestamp;
}

function optionalSeconds(cursor: LineCursor): number | undefined {
  if (cursor.isAtEnd || cursor.isNext(' #')) return undefined;
  cursor.separator();
  const timestamp = cursor.number('the timestamp');
  if (!Number.isFinite(timestamp)) cursor.fail('Expected the timestamp to be a real number');
  return timestamp;
}

function optionalExemplar(cursor: LineCursor): Exemplar | undefined {
  if (!cursor.skip(' # ')) return undefined;
  const labels = cursor.labels();
  cursor.separator();
  return { labels, value: cursor.number('the value of the exemplar'), timestamp: optionalSeconds(cursor) };
}
