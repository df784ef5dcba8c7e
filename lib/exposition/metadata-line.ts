import { type ExpositionFormat, type MetricType, isMetricType } from './family.js';
import { LineCursor, unescaped } from './line-cursor.js';

export type Metadata =
  | { readonly kind: 'TYPE'; readonly family: string; readonly type: MetricType }
  | { readonly kind: 'HELP'; readonly family: string; readonly help: string }
  | { readonly kind: 'UNIT'; readonly family: string; readonly unit: string };

/** Reads a line that begins with `#`. Undefined for a plain comment, which only the text format allows. */
export function readMetadataLine(line: string, lineNumber: number, format: ExpositionFormat): Metadata | undefined {
  const cursor = new LineCursor(line, lineNumber, format);
  cursor.insignificantBlanks();
  cursor.skip('#');
  const isSeparated = cursor.blanks();
  const keyword = cursor.isAtEnd ? '' : cursor.word('a keyword');
  if (format === 'openmetrics' && !(isSeparated && /^(?:TYPE|HELP|UNIT)$/.test(keyword))) {
    cursor.fail('Expected # TYPE, # HELP, # UNIT or # EOF');
  }
  if (format === 'text' && keyword !== 'TYPE' && keyword !== 'HELP') return undefined;
  cursor.separator();
  const family = cursor.metricName();
  if (keyword === 'TYPE') return { kind: 'TYPE', family, type: typeOf(cursor) };
  if (keyword === 'HELP') return { kind: 'HELP', family, help: helpOf(cursor) };
  return { kind: 'UNIT', family, unit: unitOf(cursor) };
}

function typeOf(cursor: LineCursor): MetricType {
  cursor.separator();
  const word = cursor.word('a type');
  cursor.insignificantBlanks();
  if (!cursor.isAtEnd) cursor.fail('Text after the type');
  return isMetricType(cursor.format, word) ? word : cursor.fail(`Unknown type ${word}`);
}

/** OpenMetrics escapes quotes in a HELP text, the text format does not. */
function helpOf(cursor: LineCursor): string {
  if (cursor.format === 'text' && cursor.isAtEnd) return '';
  cursor.separator();
  const text = cursor.rest();
  if (cursor.format === 'openmetrics' && /(?<!\\)(?:\\\\)*"/u.test(text)) cursor.fail('An unescaped quote in HELP');
  if (cursor.format === 'openmetrics' && text.endsWith('\r')) cursor.fail('A carriage return ends the line');
  const escapes = cursor.format === 'openmetrics' ? 'n\\"' : 'n\\';
  return unescaped(text, escapes) ?? cursor.fail('HELP has an undefined escape');
}

function unitOf(cursor: LineCursor): string {
  cursor.separator();
  const unit = cursor.rest();
  if (!/^[a-zA-Z0-9_:]*$/.test(unit)) cursor.fail('Expected a unit of letters, digits, _ and :');
  return unit;
}
