/** Longer label values are cut: a value of a megabyte would be sent again on every scrape. */
const MAX_VALUE_LENGTH = 256;

const UNWRITABLE = /[\r\0]|[\ud800-\udfff]/;
const ESCAPED = /[\\"\n]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/**
 * Any value as the plain text of a label; what has no text of its own (a throwing `toString`) is named so.
 * Two values that are written alike are one text, and so one series.
 */
export function labelValue(value: unknown): string {
  const text = typeof value === 'string' ? value : describe(value);
  return writable(text.length > MAX_VALUE_LENGTH ? text.slice(0, MAX_VALUE_LENGTH) : text);
}

/** `name="value"` as both text formats want it, on one line and well-formed whatever the value holds. */
export function labelPair(name: string, value: string): string {
  return `${name}="${writable(value).replace(ESCAPED, (char) => ESCAPES[char] ?? char)}"`;
}

/** The text between the braces. Joined, and so kept flat: a rope of pieces costs several times the memory. */
export function labelText(pairs: readonly string[]): string {
  return pairs.join(',');
}

/** Carriage returns and NUL have no escape in the formats and become U+FFFD, as lone surrogates do. */
function writable(text: string): string {
  return UNWRITABLE.test(text) ? text.toWellFormed().replace(/[\r\0]/g, '\ufffd') : text;
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '_invalid';
  }
}
