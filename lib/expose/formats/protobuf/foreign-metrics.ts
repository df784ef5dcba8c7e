import { type ForeignFamily, type ForeignSample } from '../../foreign-family.js';
import { QUANTILE_PAIR } from '../metric-samples.js';
import { COUNTER, HISTOGRAM, METRIC, QUANTILE, SUMMARY, VALUE } from './fields.js';
import { type Message } from './message.js';
import { isCount, writeBucket, writeExemplar } from './parts.js';

/** Writes what is in a metric, its labels apart. */
export function writeForeign(message: Message, family: ForeignFamily, samples: readonly ForeignSample[]): void {
  const { name, type } = family;
  if (type === 'histogram') writeHistogram(message, name, samples);
  else if (type === 'summary') writeSummary(message, name, samples);
  else for (const sample of samples) writeSingle(message, type, sample);
}

function writeSingle(message: Message, type: 'counter' | 'gauge' | 'unknown', sample: ForeignSample): void {
  const start = message.open(METRIC[type === 'unknown' ? 'untyped' : type]);
  message.double(VALUE, sample.value);
  if (type === 'counter' && sample.exemplar !== undefined) writeExemplar(message, COUNTER.exemplar, sample.exemplar);
  message.close(start);
}

function writeHistogram(message: Message, name: string, samples: readonly ForeignSample[]): void {
  const histogram = message.open(METRIC.histogram);
  for (const { name: its, le, value, exemplar } of samples) {
    if (le !== undefined) writeBucket(message, HISTOGRAM.bucket, le, value, exemplar);
    else if (its === `${name}_sum`) message.double(HISTOGRAM.sampleSum, value);
    else if (isCount(value)) message.unsigned(HISTOGRAM.sampleCount, value);
    else message.double(HISTOGRAM.sampleCountFloat, value);
  }
  message.close(histogram);
}

function writeSummary(message: Message, name: string, samples: readonly ForeignSample[]): void {
  const summary = message.open(METRIC.summary);
  for (const { name: its, labels, value } of samples) {
    if (its === name) {
      const quantile = message.open(SUMMARY.quantile);
      message.double(QUANTILE.quantile, Number(QUANTILE_PAIR.exec(labels)?.[1]));
      message.double(QUANTILE.value, value);
      message.close(quantile);
    } else if (its === `${name}_sum`) message.double(SUMMARY.sampleSum, value);
    // There is no second field for other than whole numbers.
    else message.unsigned(SUMMARY.sampleCount, isCount(Math.round(value)) ? Math.round(value) : 0);
  }
  message.close(summary);
}
