/** Longer label values are cut: a value of a megabyte would be sent again on every scrape. */
const MAX_VALUE_LENGTH = 256;

const NEEDS_CARE = /[\\"\n\r\0]|[\ud800-\udfff]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\ufffd',
  '\0': '\ufffd',
};

/** Any value as the plain text of a label; what has no text of its own (a symbol, a throwing `toString`) is named so. */
export function labelValue(value: unknown): string {
  const text = typeof value === 'string' ? value : describe(value);
  return text.length > MAX_VALUE_LENGTH ? text.slice(0, MAX_VALUE_LENGTH) : text;
}

/**
 * `name="value"` as both text formats want it, on one line and well-formed whatever the value holds.
 * Carriage returns and NUL have no escape in the formats and become U+FFFD, as lone surrogates do.
 */
export function labelPair(name: string, value: string): string {
  if (!NEEDS_CARE.test(value)) return `${name}="${value}"`;
  return `${name}="${value.toWellFormed().replace(/[\\"\n\r\0]/g, (char) => ESCAPES[char] ?? char)}"`;
}

/** The text between the braces. Joined, and so kept flat: a rope of pieces costs several times the memory. */
export function labelText(pairs: readonly string[]): string {
  return pairs.join(',');
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '_invalid';
  }
}
