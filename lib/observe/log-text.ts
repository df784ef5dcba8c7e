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
    const frames = framesBehindMessage(error) ?? lastFrames(String(error.stack));
    const shown = frames.slice(0, MOST_FRAMES).map((frame) => `    ${logText(shortened(frame))}`);
    return [headOf(error), ...shown].join('\n');
  } catch {
    return 'an error that cannot be read';
  }
}

/**
 * The innermost frames of a stack. What its message says of frames is none of them, and where the stack holds another
 * message than the error, which was changed since, nobody can tell them apart.
 */
export function framesOf(error: ErrorParts, most: number): readonly string[] {
  return (framesBehindMessage(error) ?? []).slice(0, most).map(shortened);
}

function framesBehindMessage({ stack, message }: ErrorParts): readonly string[] | undefined {
  const [text, said] = [String(stack), String(message)];
  // Without a message its head is a name, and nothing that a message could be part of.
  const head = said === '' ? (/^[^:\n]*\n/.exec(text)?.[0] ?? '') : `: ${said}\n`;
  const at = text.indexOf(head);
  if (head === '' || at === -1) return undefined;
  return text
    .slice(at + head.length)
    .split('\n')
    .filter(isFrame);
}

/** For people to read: the message before them may look like some more. */
function lastFrames(stack: string): readonly string[] {
  const lines = stack.split('\n');
  return lines.slice(lines.findLastIndex((line) => !isFrame(line)) + 1);
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

function shortened(frame: string): string {
  return frame.trim().slice(0, MOST_CHARACTERS_OF_FRAME);
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
