/** Text that is not PromQL, with the place of the first fault, so that the message is enough to find it. */
export class PromqlFault extends Error {
  constructor(
    what: string,
    expression: string,
    /** Where the fault is, counted from 0. */
    readonly offset: number,
  ) {
    const before = expression.slice(0, offset).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
    super(`${what} at ${place} of the PromQL expression ${JSON.stringify(expression.slice(0, 200))}`);
    this.name = 'PromqlFault';
  }
}
