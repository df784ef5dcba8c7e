import { type CellPlace } from './cell-address.js';
import { type SpanContext } from './span-context.js';

/** A span that an observation was made in. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  readonly timestampSeconds: number;
}

/**
 * The cells of one exemplar: both ids as four whole numbers of 48 bits, the value, the time in milliseconds, and a check
 * over all of them.
 *
 * There is no lock and no order of writing, because the readers read a copy of the chunk: a plain copy of memory has no
 * order. The check tells whether its cells belong together. The place of the series is part of the check: the cells of a
 * removed series are used again, and those of another series then do not pass for its own.
 */
const IDS = 4;
const VALUE = IDS;
const TIME = IDS + 1;
const CHECK = IDS + 2;
const WIDTH = IDS + 3;

/** 48 bits: a double has all of them exactly. */
const DIGITS = 12;
const TRACE_DIGITS = 32;
const TRACE_ID = /^(?!0{32})[\da-f]{32}$/i;
const SPAN_ID = /^(?!0{16})[\da-f]{16}$/i;

/** A bucket keeps its exemplar for at least this long, so that frequent observations cost little. */
const KEPT_MS = 1000;

/** How many cells the exemplars of a histogram need: one exemplar for each bucket, that of `+Inf` included. */
export function exemplarsWidth(bounds: readonly number[]): number {
  return (bounds.length + 1) * WIDTH;
}

/** Where the exemplar of a bucket is. */
export function exemplarAt(exemplars: CellPlace, bucket: number): number {
  return exemplars.at + bucket * WIDTH;
}

/** Whether the exemplar may be replaced. Also when the clock was set back. */
export function isReplaceable(cells: Float64Array, at: number, nowMs: number): boolean {
  return Math.abs(nowMs - cells[at + TIME]!) >= KEPT_MS;
}

/** Whether the ids of a span are those that an exemplar can have. */
export function hasIds({ traceId, spanId }: SpanContext): boolean {
  return TRACE_ID.test(traceId) && SPAN_ID.test(spanId);
}

/** @param span one with ids; `hasIds` tells */
export function writeExemplar(
  cells: Float64Array,
  at: number,
  span: SpanContext,
  value: number,
  nowMs: number,
  series: CellPlace,
): void {
  const digits = span.traceId + span.spanId;
  for (let id = 0; id < IDS; id += 1) {
    cells[at + id] = Number.parseInt(digits.slice(id * DIGITS, (id + 1) * DIGITS), 16);
  }
  cells[at + VALUE] = value;
  cells[at + TIME] = nowMs;
  cells[at + CHECK] = checkOf(cells, at, series);
}

/** Undefined if there is none, or if the copy was made while it was written. */
export function readExemplar(cells: Float64Array, at: number, series: CellPlace): Exemplar | undefined {
  const timeMs = cells[at + TIME]!;
  if (timeMs === 0 || cells[at + CHECK] !== checkOf(cells, at, series)) return undefined;
  let digits = '';
  for (let id = 0; id < IDS; id += 1) digits += cells[at + id]!.toString(16).padStart(DIGITS, '0');
  return {
    traceId: digits.slice(0, TRACE_DIGITS),
    spanId: digits.slice(TRACE_DIGITS),
    value: cells[at + VALUE]!,
    timestampSeconds: timeMs / 1000,
  };
}

/**
 * Copies an exemplar to another series, unless the one there is as new, or this one was copied while it was written.
 */
export function copyNewerExemplar(
  cells: Float64Array,
  at: number,
  series: CellPlace,
  to: Float64Array,
  toAt: number,
  toSeries: CellPlace,
): void {
  if (cells[at + TIME]! <= to[toAt + TIME]! || cells[at + CHECK] !== checkOf(cells, at, series)) return;
  for (let i = 0; i < CHECK; i += 1) to[toAt + i] = cells[at + i]!;
  to[toAt + CHECK] = checkOf(to, toAt, toSeries);
}

/** Where the check is computed: the cells of one exemplar, and behind them the place of the series. */
const checked = new Float64Array(CHECK + 2);
const words = new Uint32Array(checked.buffer);

/** A hash of 53 bits, made of two of 32 (cyrb53, public domain). */
function checkOf(cells: Float64Array, at: number, { chunk, at: seriesAt }: CellPlace): number {
  for (let i = 0; i < CHECK; i += 1) checked[i] = cells[at + i]!;
  checked[CHECK] = chunk;
  checked[CHECK + 1] = seriesAt;
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i]!;
    high = Math.imul(high ^ word, 2654435761);
    low = Math.imul(low ^ word, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (low & 0x1fffff) * 2 ** 32 + (high >>> 0);
}
