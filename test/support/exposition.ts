import { readLines } from '../../lib/exposition/exposition-lines.js';
import { type ExpositionFormat } from '../../lib/exposition/family.js';
import { Snapshot } from '../../lib/exposition/snapshot.js';
import { FamilyCollector } from './exposition/family-collector.js';
import { textOf } from './exposition/utf8.js';

export { type Change, type Delta, delta } from '../../lib/testing/delta.js';
export { ExpositionFault } from '../../lib/exposition/exposition-fault.js';
export type { ExpositionFormat, Family, Labels, Sample } from '../../lib/exposition/family.js';

/** A sound exposition, for questions about its series. */
export type Exposition = Snapshot;

/**
 * Reads an exposition and throws an `ExpositionFault` at the first thing in it that its format does not allow.
 *
 * The grammar of lines is that of the test kit, and what must hold between lines is added here. Both are written from
 * the documents, "Exposition formats" for Prometheus text 0.0.4 and "OpenMetrics 1.0", and from nothing in
 * `lib/expose/`, so that a misreading of the documents has to be made twice to go unnoticed. In two things it is
 * stricter: a sample needs a TYPE before it, and a histogram of the text format its sum.
 * Names outside of the classic character set, which need quotes, are faults: we publish none.
 */
export function readExposition(exposition: string | Uint8Array, format: ExpositionFormat): Exposition {
  const collector = new FamilyCollector(format);
  readLines(textOf(exposition), collector);
  return new Snapshot(collector.finish());
}
