import { type ForeignExemplar } from '../../foreign-family.js';
import { BUCKET, EXEMPLAR, LABEL_PAIR, TIMESTAMP } from './fields.js';
import { type Message } from './message.js';

/** Label text as label pairs, each with the bytes that the value had before it was escaped. */
export function writeLabels(message: Message, field: number, labels: string): void {
  for (let at = 0; at < labels.length; at += 1) {
    const equals = labels.indexOf('=', at);
    const pair = message.open(field);
    message.ascii(LABEL_PAIR.name, labels, at, equals);
    at = message.unescaped(LABEL_PAIR.value, labels, equals + 2) + 1;
    message.close(pair);
  }
}

/** A bucket of a classic histogram. Other counts than whole numbers have a field of their own. */
export function writeBucket(
  message: Message,
  field: number,
  bound: number,
  count: number,
  exemplar?: ForeignExemplar,
): void {
  const bucket = message.open(field);
  if (isCount(count)) message.unsigned(BUCKET.cumulativeCount, count);
  else message.double(BUCKET.cumulativeCountFloat, count);
  message.double(BUCKET.upperBound, bound);
  if (exemplar !== undefined) writeExemplar(message, BUCKET.exemplar, exemplar);
  message.close(bucket);
}

export function writeExemplar(message: Message, field: number, exemplar: ForeignExemplar): void {
  const { labels, value, timestampSeconds } = exemplar;
  const start = message.open(field);
  writeLabels(message, EXEMPLAR.label, labels);
  message.double(EXEMPLAR.value, value);
  if (timestampSeconds !== undefined) writeTimestamp(message, EXEMPLAR.timestamp, timestampSeconds);
  message.close(start);
}

/** Unix time, in milliseconds as Prometheus has it. What is no such time is left out. */
export function writeTimestamp(message: Message, field: number, unixSeconds: number): void {
  const milliseconds = Math.round(unixSeconds * 1000);
  if (!isCount(milliseconds)) return;
  const timestamp = message.open(field);
  message.unsigned(TIMESTAMP.seconds, Math.floor(milliseconds / 1000));
  message.unsigned(TIMESTAMP.nanos, (milliseconds % 1000) * 1e6);
  message.close(timestamp);
}

/** Whether a number can be in a field of whole numbers from 0. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
