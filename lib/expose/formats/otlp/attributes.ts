import { type ForeignExemplar } from '../../foreign-family.js';
import { labelPairs } from '../label-pairs.js';
import { type Attribute, type Exemplar, jsonDouble, jsonTime } from './points.js';

const TRACE_ID = /^[\da-f]{32}$/i;
const SPAN_ID = /^[\da-f]{16}$/i;

export function attribute(key: string, stringValue: string): Attribute {
  return { key, value: { stringValue } };
}

/** Label text as attributes, each value as it was before it was escaped. */
export function attributesOf(labels: string): readonly Attribute[] {
  return labelPairs(labels).map(([name, value]) => attribute(name, value));
}

/** The trace and the span have fields of their own, if they are what OTLP takes for these. */
export function exemplarOf({ labels, value, timestampSeconds }: ForeignExemplar): Exemplar {
  const attributes = attributesOf(labels);
  const traceId = valueOf(attributes, 'trace_id', TRACE_ID);
  const spanId = valueOf(attributes, 'span_id', SPAN_ID);
  const others = attributes.filter(
    ({ key }) => !(key === 'trace_id' && traceId !== undefined) && !(key === 'span_id' && spanId !== undefined),
  );
  return {
    ...(timestampSeconds !== undefined && { timeUnixNano: jsonTime(timestampSeconds) }),
    asDouble: jsonDouble(value),
    ...(traceId !== undefined && { traceId }),
    ...(spanId !== undefined && { spanId }),
    ...(others.length > 0 && { filteredAttributes: others }),
  };
}

/** The field of a point with its exemplars; without any, no field. */
export function exemplarsField(found: readonly (ForeignExemplar | undefined)[]): {
  readonly exemplars?: readonly Exemplar[];
} {
  const exemplars = found.filter((one) => one !== undefined).map(exemplarOf);
  return exemplars.length > 0 ? { exemplars } : {};
}

function valueOf(attributes: readonly Attribute[], key: string, pattern: RegExp): string | undefined {
  const found = attributes.find((one) => one.key === key)?.value.stringValue;
  return found !== undefined && pattern.test(found) ? found : undefined;
}
