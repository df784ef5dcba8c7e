/**
 * Line feeds and terminal escapes could forge log entries, U+202A – U+202E and U+2066 – U+2069 reverse the direction of
 * text, and a lone surrogate is not valid text.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};

const MOST_CHARACTERS = 2000;
const MOST_FRAMES = 20;
/** Longer frames do not contain a file path. */
const MOST_CHARACTERS_OF_FRAME = 500;

/** The properties of an error, which any code may have changed. */
interface ErrorParts {
  readonly name: unknown;
  readonly message: unknown;
  readonly stack?: unknown;
}

/** Makes one log line from a text that may come from a client, a database or a shared Redis. */
export function logText(text: string, mostCharacters = MOST_CHARACTERS): string {
  const short = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
  return short.replaceAll(UNPRINTABLE, escaped);
}

/** An error as a log entry: its name and message on one line, followed by one line per stack frame. */
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
 * The innermost frames of a stack. Lines of the message that look like frames do not count. If the message was changed
 * after the stack was made, they cannot be distinguished, and the result is empty.
 */
export function framesOf(error: ErrorParts, most: number): readonly string[] {
  return (framesBehindMessage(error) ?? []).slice(0, most).map(shortened);
}

function framesBehindMessage({ stack, message }: ErrorParts): readonly string[] | undefined {
  const [text, said] = [String(stack), String(message)];
  // Without a message, the stack begins with the name only, and no message can contain frames.
  const head = said === '' ? (/^[^:\n]*\n/.exec(text)?.[0] ?? '') : `: ${said}\n`;
  const at = text.indexOf(head);
  if (head === '' || at === -1) return undefined;
  return text
    .slice(at + head.length)
    .split('\n')
    .filter(isFrame);
}

/** For humans only: lines of the message before these frames can look like frames. */
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
