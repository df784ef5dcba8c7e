const PAIR = /([^=,]+)="((?:[^"\\]|\\.)*)"/g;
const ESCAPE = /\\(.)/g;

/** Label text as names and values, each value as it was before it was escaped. */
export function labelPairs(text: string): (readonly [name: string, value: string])[] {
  return Array.from(text.matchAll(PAIR), ([, name = '', value = '']) => [name, unescaped(value)] as const);
}

function unescaped(value: string): string {
  return value.replaceAll(ESCAPE, (_, char: string) => (char === 'n' ? '\n' : char));
}
