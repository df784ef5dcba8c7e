import { logText } from '../observe/log-text.js';

const MOST_CHARACTERS = 4000;

/**
 * Text from an endpoint or a file, which may contain anything, for a terminal: control characters are written as
 * escapes, so that a label value cannot move the cursor or change the colours.
 */
export function printable(text: string): string {
  return logText(text, MOST_CHARACTERS);
}
