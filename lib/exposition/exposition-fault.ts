/** A fault in an exposition, with the number and text of the line, so that a failing test is readable. */
export class ExpositionFault extends Error {
  constructor(what: string, lineNumber?: number, line?: string) {
    const where = lineNumber === undefined ? '' : ` in line ${lineNumber}`;
    const quoted = line === undefined ? '' : `: ${JSON.stringify(line.slice(0, 200))}`;
    super(`${what}${where}${quoted}`);
    this.name = 'ExpositionFault';
  }
}
