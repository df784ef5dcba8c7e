import { workerData } from 'node:worker_threads';
import { exemplarAt, readExemplar } from '../../lib/metrics/exemplar-cells.js';
import { CAUGHT, COPIES, MIXED, READ, STOP, type WatchedExemplars } from './exemplar-watch.js';

const { cells, series, buckets, counts } = workerData as WatchedExemplars;

function look(copy: Float64Array, bucket: number): void {
  const found = readExemplar(copy, exemplarAt({ chunk: 0, at: 0 }, bucket), series);
  if (found === undefined) {
    Atomics.add(counts, CAUGHT, 1);
    return;
  }
  const ofTime = (Math.round(found.timestampSeconds * 1000) % 16).toString(16);
  const digits = `${found.traceId}${found.spanId}${found.value.toString(16)}${ofTime}`;
  Atomics.add(counts, /^(\w)\1*$/.test(digits) ? READ : MIXED, 1);
}

while (Atomics.load(counts, STOP) === 0) {
  const copy = cells.slice();
  for (let bucket = 0; bucket < buckets; bucket += 1) look(copy, bucket);
  Atomics.add(counts, COPIES, 1);
}
