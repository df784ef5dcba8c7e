import { type SeriesData } from '../../../metrics/family-data.js';

const PAIR = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/**
 * The labels of our series as plain values. A series keeps nothing but its label text, which the engine wrote itself:
 * its three escapes are undone here, once per series.
 */
export class OwnLabels {
  private readonly known = new WeakMap<SeriesData, Readonly<Record<string, string>>>();

  of(series: SeriesData): Readonly<Record<string, string>> {
    const known = this.known.get(series);
    if (known !== undefined) return known;
    const made = parse(series.labels);
    this.known.set(series, made);
    return made;
  }
}

/** `Object.fromEntries` defines a label called `__proto__` as any other. */
function parse(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from(text.matchAll(PAIR), ([, name = '', value = '']) => [name, unescape(value)]));
}

function unescape(value: string): string {
  return value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}
