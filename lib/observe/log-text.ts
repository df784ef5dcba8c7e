/**
 * Line feeds and terminal escapes would forge entries of a log, U+202A – U+202E and U+2066 – U+2069 turn text around,
 * and a surrogate alone is no text at all.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};

const MOST_CHARACTERS = 2000;
const MOST_FRAMES = 20;
/** Longer ones are no path of a file. */
const MOST_CHARACTERS_OF_FRAME = 500;

/** Of an error, whose parts anybody may have set to anything. */
interface ErrorParts {
  readonly name: unknown;
  readonly message: unknown;
  readonly stack?: unknown;
}

/** A text that a client, a database or a shared Redis may have chosen, as one line of a log. */
export function logText(text: string, mostCharacters = MOST_CHARACTERS): string {
  const short = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
  return short.replaceAll(UNPRINTABLE, escaped);
}

/** An error as an entry of a log: its name and message on one line, and the frames of its stack on lines of their own. */
export function errorText(error: unknown): string {
  try {
    if (!(error instanceof Error)) return logText(String(error));
    const frames = framesOf(error, MOST_FRAMES).map((frame) => `    ${logText(frame)}`);
    return [headOf(error), ...frames].join('\n');
  } catch {
    return 'an error that cannot be read';
  }
}

/** The innermost frames of a stack. What its message says of frames is none of them. */
export function framesOf({ stack, message }: Omit<ErrorParts, 'name'>, most: number): readonly string[] {
  const [text, said] = [String(stack), String(message)];
  const saidAt = text.indexOf(said);
  const lines = (saidAt === -1 ? text : text.slice(saidAt + said.length)).split('\n');
  const frames = lines.filter((line) => /^\s+at /.test(line)).slice(0, most);
  return frames.map((frame) => frame.trim().slice(0, MOST_CHARACTERS_OF_FRAME));
}

function headOf({ name, message }: ErrorParts): string {
  return logText(`${String(name)}: ${String(message)}`);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return SHORT_ESCAPES[character] ?? (code < 0x100 ? String.raw`\x` + hex(code, 2) : String.raw`\u` + hex(code, 4));
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
