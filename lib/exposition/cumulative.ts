import { type Family } from './family.js';

const SUFFIXES: Readonly<Partial<Record<Family['type'], RegExp>>> = {
  counter: /(?<!_created)$/,
  histogram: /_(?:bucket|count)$/,
  summary: /_count$/,
};

/** Whether samples of this name never decrease. A sum can decrease, because observations can be negative. */
export function isCumulative(sampleName: string, { type }: Family): boolean {
  return SUFFIXES[type]?.test(sampleName) ?? false;
}
