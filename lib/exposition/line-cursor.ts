import { ExpositionFault } from './exposition-fault.js';
import { type ExpositionFormat, type Labels } from './family.js';

const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\w.])|[+-]?inf(?:inity)?(?!\w)|nan(?!\w)/iy;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** Reads one line, token by token. Throws an error with the line number if a token is not the expected one. */
export class LineCursor {
  #at = 0;

  constructor(
    readonly line: string,
    readonly lineNumber: number,
    readonly format: ExpositionFormat,
  ) {}

  get isAtEnd(): boolean {
    return this.#at >= this.line.length;
  }

  fail(what: string): never {
    throw new ExpositionFault(what, this.lineNumber, this.line);
  }

  isNext(literal: string): boolean {
    return this.line.startsWith(literal, this.#at);
  }

  /** Skips the literal if it is next. */
  skip(literal: string): boolean {
    const isNext = this.isNext(literal);
    if (isNext) this.#at += literal.length;
    return isNext;
  }

  /** Skips the separator between tokens: any number of blanks and tabs in the text format, one blank in OpenMetrics. */
  blanks(): boolean {
    return this.format === 'openmetrics' ? this.skip(' ') : this.#take(/[ \t]+/y) !== undefined;
  }

  separator(): void {
    if (!this.blanks()) this.fail('Expected a blank between tokens');
  }

  /** Skips insignificant blanks: allowed around the tokens of the text format, nowhere in OpenMetrics. */
  insignificantBlanks(): void {
    if (this.format === 'text') this.blanks();
  }

  metricName(): string {
    return this.#take(METRIC_NAME) ?? this.fail('Expected a metric name');
  }

  number(what: string): number {
    const text = this.#take(NUMBER) ?? this.fail(`Expected ${what}, a number`);
    return numberFrom(text) ?? this.fail(`Expected ${what} to fit into 64 bits`);
  }

  wholeNumber(what: string): number {
    return Number(this.#take(/[+-]?\d+(?![\w.])/y) ?? this.fail(`Expected ${what}, a whole number`));
  }

  /** The next characters up to a blank. */
  word(what: string): string {
    return this.#take(/[^ \t]+/y) ?? this.fail(`Expected ${what}`);
  }

  labels(): Labels {
    const labels: Record<string, string> = {};
    if (!this.skip('{')) this.fail('Expected a label set');
    this.insignificantBlanks();
    while (!this.skip('}')) {
      const name = this.#labelName();
      if (Object.hasOwn(labels, name)) this.fail(`Label ${name} is given twice`);
      labels[name] = this.#labelValue();
      this.#labelEnd();
    }
    return labels;
  }

  rest(): string {
    const rest = this.line.slice(this.#at);
    this.#at = this.line.length;
    return rest;
  }

  #labelName(): string {
    const name = this.#take(LABEL_NAME) ?? this.fail('Expected a label name');
    const reserved = this.format === 'openmetrics' ? '_' : '__';
    if (name.startsWith(reserved)) this.fail(`Label ${name} begins with ${reserved}, which is reserved`);
    this.insignificantBlanks();
    if (!this.skip('=')) this.fail('Expected = after a label name');
    this.insignificantBlanks();
    return name;
  }

  /**
   * Scanned character by character: a regular expression on a value of one megabyte would exhaust its backtracking
   * stack.
   */
  #labelValue(): string {
    if (!this.skip('"')) this.fail('Expected a quoted label value');
    const start = this.#at;
    while (this.line[this.#at] !== '"') {
      if (this.isAtEnd) this.fail('A label value is not closed');
      this.#at += this.line[this.#at] === '\\' ? 2 : 1;
    }
    const escaped = this.line.slice(start, this.#at);
    this.#at += 1;
    return unescaped(escaped, 'n"\\') ?? this.fail('A label value has an escape other than \\n, \\" and \\\\');
  }

  /** A label is followed by a comma or the closing brace. Only the text format allows a comma before the brace. */
  #labelEnd(): void {
    this.insignificantBlanks();
    const hasComma = this.skip(',');
    this.insignificantBlanks();
    const closes = this.isNext('}');
    if (!hasComma && !closes) this.fail('Expected a comma or a closing brace after a label');
    if (hasComma && closes && this.format === 'openmetrics') this.fail('A comma before the closing brace');
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.line)?.[0];
    this.#at += token?.length ?? 0;
    return token;
  }
}

/** The unescaped text, or undefined if it contains an escape that is not allowed. */
export function unescaped(text: string, allowed: string): string | undefined {
  let isSound = true;
  const plain = text.replaceAll(/\\([^]?)/gu, (_, escape: string) => {
    isSound &&= escape !== '' && allowed.includes(escape);
    return ESCAPES[escape] ?? '';
  });
  return isSound ? plain : undefined;
}

/** The number for a token; undefined for a finite one that does not fit into a double. */
export function numberFrom(token: string): number | undefined {
  if (/nan/i.test(token)) return Number.NaN;
  if (/inf/i.test(token)) return token.startsWith('-') ? -Infinity : Infinity;
  const value = Number(token);
  return Number.isFinite(value) ? value : undefined;
}
