import { ExpositionFault } from '../../../lib/exposition/exposition-fault.js';

/** The text of an exposition. Bytes are read without mercy: `response.text()` would turn bad ones into U+FFFD unseen. */
export function textOf(exposition: string | Uint8Array): string {
  const text = typeof exposition === 'string' ? exposition : decode(exposition);
  const surrogate = /\p{Surrogate}/u.exec(text);
  if (surrogate) throw new ExpositionFault(`A lone surrogate at character ${surrogate.index}`);
  if (text.startsWith('\u{FEFF}')) throw new ExpositionFault('A byte order mark');
  return text;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ExpositionFault('The bytes are not UTF-8');
  }
}
