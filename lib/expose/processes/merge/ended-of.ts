import { type FamilyReading, type Reading } from '../../reading.js';
import { type ForeignFamily, type ForeignSample } from '../../foreign-family.js';
import { isCounted, isCountedForeign, isQuantile } from './counted.js';

/**
 * What is left of a reading when its process has ended: what it counted. Gauges go with the process, as do the metrics
 * that each process has for itself, and exemplars.
 */
export function endedOf({ own, chunks, foreign }: Reading): Reading {
  return {
    own: own.filter(isCounted).map(withoutExemplars),
    chunks,
    foreign: foreign.filter(isCountedForeign).map(withoutQuantiles),
  };
}

function withoutExemplars(family: FamilyReading): FamilyReading {
  const { series, overflow } = family;
  const bare = series.map((one) => ({ ...one, exemplars: undefined }));
  return { ...family, series: bare, overflow: overflow && { ...overflow, exemplars: undefined } };
}

function withoutQuantiles(family: ForeignFamily): ForeignFamily {
  const counts = family.samples.filter((sample) => !isQuantile(family, sample));
  return { ...family, samples: counts.map(withoutExemplar) };
}

function withoutExemplar(sample: ForeignSample): ForeignSample {
  const { exemplar, ...bare } = sample;
  return exemplar === undefined ? sample : bare;
}
