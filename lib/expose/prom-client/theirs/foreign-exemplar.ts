import { type ForeignExemplar } from '../../foreign-family.js';
import { labelValue } from '../../../metrics/label-text.js';
import { exemplarLabels } from './foreign-labels.js';
import { isRecord } from '../foreign-registry.js';

/** OpenMetrics' limit for the names and values of an exemplar's labels together. */
const MAX_LABEL_CHARACTERS = 128;

/** An exemplar of theirs, or undefined when there is none or none that a format can hold: the sample stays. */
export function exemplarOf(candidate: unknown, bound = Infinity): ForeignExemplar | undefined {
  if (!isRecord(candidate)) return undefined;
  const { labelSet, value, timestamp } = candidate;
  if (typeof value !== 'number' || !(value <= bound) || !isRecord(labelSet)) return undefined;
  if (charactersOf(labelSet) > MAX_LABEL_CHARACTERS) return undefined;
  const isTime = typeof timestamp === 'number' && Number.isFinite(timestamp);
  try {
    return { labels: exemplarLabels(labelSet), value, timestampSeconds: isTime ? timestamp : undefined };
  } catch {
    return undefined;
  }
}

function charactersOf(labels: object): number {
  return Object.entries(labels).reduce((sum, [name, value]) => sum + name.length + labelValue(value).length, 0);
}
