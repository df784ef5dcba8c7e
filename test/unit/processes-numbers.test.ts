import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boundedBy, defineCounter, defineGauge, defineHistogram } from 'nestjs-prometheus-exporter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { openMetrics } from '../../lib/expose/formats/openmetrics.js';
import { protobuf } from '../../lib/expose/formats/protobuf/protobuf.js';
import { render } from '../../lib/expose/formats/render.js';
import { FRAME_HEAD_BYTES } from '../../lib/expose/processes/bytes/frames.js';
import { readShare } from '../../lib/expose/processes/bytes/read-share.js';
import { mergeShares } from '../../lib/expose/processes/merge/merge-shares.js';
import { type Reading } from '../../lib/expose/reading.js';
import { CountingProcess } from '../support/processes/numbers.js';

const DOG = { dog: boundedBy('the test') };
const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: DOG });
const AGE = defineGauge({ name: 'age', help: 'Ages.', labels: DOG });
const FED = defineGauge({ name: 'fed_timestamp_seconds', help: 'Fed.', unit: 'seconds', merge: 'mostRecent' });
const WALKS = defineHistogram({
  name: 'walk_duration_seconds',
  help: 'Walks.',
  unit: 'seconds',
  labels: DOG,
  buckets: [1, 2, 3],
  native: true,
});
const SPAN = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };

const FOREIGN: ForeignFamily = {
  name: 'purrs_total',
  help: 'Purrs.',
  type: 'counter',
  samples: [
    { name: 'purrs_total', labels: 'cat="Tom \\"the\\" cat"', value: 3 },
    { name: 'purrs_total', labels: '', value: Infinity, exemplar: { labels: '', value: 1, timestampSeconds: 2 } },
    { name: 'purrs_total', labels: 'cat="none"', value: Number.NaN },
  ],
};

const FORMATS = { openmetrics: openMetrics('underscores'), protobuf: protobuf('underscores') };

async function textOf(reading: Reading, format: keyof typeof FORMATS = 'openmetrics'): Promise<string> {
  return Buffer.concat(await render(reading, FORMATS[format], new AbortController().signal)).toString('latin1');
}

describe('the file with the numbers of a process', () => {
  let directory: string;
  let process: CountingProcess;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'numbers-'));
    process = new CountingProcess(directory, 3);
  });

  afterEach(() => {
    process.kill();
    rmSync(directory, { recursive: true, force: true });
  });

  const bytes = () => new Uint8Array(readFileSync(join(directory, process.name)));
  const inFile = () => readShare(bytes()).own;

  function count(dogs: number): void {
    for (let dog = 0; dog < dogs; dog += 1) {
      const labels = { dog: `dog number ${dog}` };
      process.store.counter(BARKS).labels(labels).inc(dog);
      process.store.gauge(AGE).labels(labels).set(dog);
      process.store
        .histogram(WALKS)
        .labels(labels)
        .observe(dog / 10, SPAN);
    }
    process.store.gauge(FED).known({}).set(7);
  }

  it('has after each write what a scrape has: all types, in all formats', async () => {
    process.own.save();
    for (const dogs of [0, 1, 20, 300]) {
      count(dogs);
      expect(process.own.save()).toBe(true);
      for (const format of ['openmetrics', 'protobuf'] as const) {
        expect(await textOf(inFile(), format)).toBe(await textOf(process.reading(), format));
      }
      expect(process.own.save()).toBe(false);
    }
    expect(await textOf(inFile())).toContain('trace_id');
  });

  it('follows series that are removed, and others that get their cells', async () => {
    count(50);
    process.own.save();
    for (let round = 0; round < 20; round += 1) {
      process.store.counter(BARKS).remove({ dog: `dog number ${round}` });
      process.store
        .counter(BARKS)
        .labels({ dog: `puppy ${round}` })
        .inc();
      process.own.save();
      expect(await textOf(inFile())).toBe(await textOf(process.reading()));
    }
  });

  it('is written anew before it grows without end', () => {
    for (let round = 0; round < 3000; round += 1) {
      process.store
        .gauge(AGE)
        .labels({ dog: `${round} ${'x'.repeat(100)}` })
        .set(1);
      process.store.gauge(AGE).remove({ dog: `${round} ${'x'.repeat(100)}` });
      process.own.save();
    }
    expect(statSync(join(directory, process.name)).size).toBeLessThan(500_000);
  });

  it('keeps what metrics of others had counted when they could not be read', () => {
    process.own.save();
    const read = process.own.withForeign({ ...process.reading(), foreign: [FOREIGN] }, true);
    expect(read.foreign).toEqual([FOREIGN]);
    expect(process.own.withForeign(process.reading(), false).foreign).toEqual([FOREIGN]);
    process.own.save();
    expect(inFile().foreign).toEqual([FOREIGN]);
  });

  it('can be cut off anywhere: what is there is read, and no count is larger than it was', () => {
    count(40);
    process.own.save();
    count(60);
    process.own.save();
    const whole = bytes();
    const barks = ({ own, chunks }: Reading) =>
      own.find(({ name }) => name === BARKS.name)?.series.map(({ chunk, at }) => chunks[chunk]![at]!) ?? [];
    const most = barks(readShare(whole.slice()).own);
    let readable = 0;
    for (let end = 0; end < whole.byteLength; end += 509) {
      let cut: readonly number[] = [];
      try {
        cut = barks(readShare(whole.slice(0, end)).own);
        readable += 1;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      expect(cut.every((value, i) => value <= most[i]!)).toBe(true);
    }
    expect(readable).toBeGreaterThan(100);
  });

  it('can have anything in it: it is refused or merged, and nothing else happens', async () => {
    count(10);
    process.own.save();
    const whole = bytes();
    const cellsFrom = whole.byteLength - 65_536;
    let random = 1;
    const next = (below: number) => (random = (random * 48_271) % 2_147_483_647) % below;
    const seen = { refused: 0, merged: 0 };
    for (let round = 0; round < 400; round += 1) {
      const damaged = whole.slice();
      const from = round % 2 === 0 ? 0 : cellsFrom - FRAME_HEAD_BYTES;
      for (let i = 0; i < 20; i += 1) damaged[from + next(2000)] = next(256);
      let reading: Reading;
      try {
        reading = readShare(damaged).own;
        mergeShares([{ slot: 0, reading, isEnded: false }], () => undefined);
        seen.merged += 1;
      } catch {
        seen.refused += 1;
        continue;
      }
    }
    expect(seen.refused).toBeGreaterThan(50);
    expect(seen.merged).toBeGreaterThan(50);
    await expect(textOf(inFile())).resolves.toContain('barks');
  });

  it('is written again when the disk takes it again', async () => {
    count(5);
    process.own.save();
    const away = `${directory}-away`;
    renameSync(directory, away);
    // The open file is still written, and a file that is written as a whole finds no directory.
    process.own.close();
    expect(() => process.own.save()).toThrow('ENOENT');
    count(9);
    expect(() => process.own.save()).toThrow('ENOENT');
    rmSync(away, { recursive: true });
    mkdirSync(directory);
    expect(process.own.save()).toBe(true);
    expect(await textOf(inFile())).toBe(await textOf(process.reading()));
  });

  it('goes on with the series that are in it while it cannot be written as a whole', () => {
    const rex = process.store.counter(BARKS).labels({ dog: 'Rex' });
    rex.inc(1);
    process.own.save();
    for (let dog = 0; dog < 900; dog += 1) process.store.counter(BARKS).labels({ dog: `${dog} ${'x'.repeat(400)}` });
    process.own.save();
    const inTheWay = join(directory, `${process.head.id}.tmp`);
    mkdirSync(inTheWay);
    rex.inc(1);
    expect(() => process.own.save()).toThrow('EISDIR');
    const { own, chunks } = inFile();
    const { chunk, at } = own
      .find(({ name }) => name === BARKS.name)!
      .series.find(({ labels }) => labels === 'dog="Rex"')!;
    expect(chunks[chunk]![at]).toBe(2);
    rmSync(inTheWay, { recursive: true });
    expect(process.own.save()).toBe(true);
  });

  it('is written again when somebody has deleted it', () => {
    const barks = process.store.counter(BARKS).labels({ dog: 'Rex' });
    const path = join(directory, process.name);
    writeFileSync(join(directory, `${process.head.id}.life`), '');
    barks.inc(1);
    process.own.save();
    rmSync(path);
    barks.inc(1);
    process.own.save();
    const { own, chunks } = readShare(new Uint8Array(readFileSync(path))).own;
    const [{ chunk, at } = { chunk: 0, at: 0 }] = own.find(({ name }) => name === BARKS.name)!.series;
    expect(chunks[chunk]![at]).toBe(2);
  });

  it('is not written again when its socket was deleted too, by which others know that the process lives', () => {
    process.own.save();
    rmSync(join(directory, process.name));
    process.store.counter(BARKS).labels({ dog: 'Rex' }).inc(1);
    process.own.save();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('of another format tells its version, whatever else is in it', () => {
    process.own.save();
    const future = Buffer.from(bytes());
    const text = future.toString('latin1').replace('"format":1', '"format":2').replace('"0.1.0"', '"9.0.0"');
    expect(() => readShare(new Uint8Array(Buffer.from(text, 'latin1')))).toThrow(
      'Expected numbers in the format 1, got the format 2 of version 9.0.0.',
    );
  });
});
