import { ExpositionFault } from './exposition-fault.js';
import { type ExpositionFormat, type Sample } from './family.js';
import { type Metadata, readMetadataLine } from './metadata-line.js';
import { readSampleLine } from './sample-line.js';

/** Receives the parsed lines of an exposition. */
export interface LineReader {
  readonly format: ExpositionFormat;
  describe(metadata: Metadata, lineNumber: number): void;
  add(sample: Sample): void;
}

/** Passes every line of an exposition to `reader`. Throws at the first line that violates the grammar. */
export function readLines(text: string, reader: LineReader): void {
  for (const [index, line] of linesOf(text, reader.format).entries()) readLine(line, index + 1, reader);
}

function linesOf(text: string, format: ExpositionFormat): string[] {
  if (format === 'text') {
    if (text !== '' && !text.endsWith('\n')) throw new ExpositionFault('The last line does not end in a line feed');
    return text.split('\n').slice(0, -1);
  }
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  if (body === '# EOF') return [];
  if (!body.endsWith('\n# EOF')) missingEnd(text);
  return body.split('\n').slice(0, -1);
}

function missingEnd(text: string): never {
  throw new ExpositionFault(/(?:^|\n)# EOF\n/.test(text) ? 'Text after # EOF' : 'The exposition does not end in # EOF');
}

function readLine(line: string, lineNumber: number, reader: LineReader): void {
  const { format } = reader;
  if (/^[ \t]*$/.test(line)) {
    if (format === 'openmetrics') throw new ExpositionFault('An empty line', lineNumber);
  } else if (/^[ \t]*#/.test(line)) {
    const metadata = readMetadataLine(line, lineNumber, format);
    if (metadata) reader.describe(metadata, lineNumber);
  } else {
    reader.add(readSampleLine(line, lineNumber, format));
  }
}
