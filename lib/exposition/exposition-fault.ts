/** What is wrong with an exposition, and where: the line's number and its text make a failing test readable. */
export class ExpositionFault extends Error {
  constructor(what: string, lineNumber?: number, line?: string) {
    const where = lineNumber === undefined ? '' : ` in line ${lineNumber}`;
    const quoted = line === undefined ? '' : `: ${JSON.stringify(line.slice(0, 200))}`;
    super(`${what}${where}${quoted}`);
    this.name = 'ExpositionFault';
  }
}
