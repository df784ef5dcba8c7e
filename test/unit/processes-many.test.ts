import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boundedBy, defineCounter, defineHistogram } from 'nestjs-prometheus-exporter';
import { expect, it } from 'vitest';
import { type Reading } from '../../lib/expose/reading.js';
import { GroupMember } from '../support/processes/group-member.js';

/** How many processes come and go. By hand: `MANY_PROCESSES=10000 npx vitest run --project unit test/unit/processes-many`. */
const MANY = Number(process.env['MANY_PROCESSES'] ?? 200);

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });
const WALKS = defineHistogram({ name: 'walk_duration_seconds', help: 'Walks.', unit: 'seconds', buckets: [1, 2, 3] });

function sumOf({ own, chunks }: Reading, name: string, cells: number): number {
  const series = own.find((family) => family.name === name)?.series ?? [];
  return series.reduce((sum, { chunk, at }) => {
    const its = chunks[chunk]!.subarray(at, at + cells);
    return sum + its.reduce((total, cell) => total + cell, 0);
  }, 0);
}

function bytesIn(directory: string): number {
  return readdirSync(directory).reduce((bytes, name) => bytes + statSync(join(directory, name)).size, 0);
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

it(`${MANY} processes one after another leave exact totals, a small directory, and scrapes as fast as before`, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'many-'));
  const stays = await GroupMember.join(directory);
  const scrapes: number[] = [];
  for (let count = 1; count <= MANY; count += 1) {
    const goes = await GroupMember.join(directory);
    goes.store
      .counter(BARKS)
      .labels({ dog: `dog ${count % 50}` })
      .inc(2);
    goes.store
      .histogram(WALKS)
      .known({})
      .observe(count % 4);
    await goes.end();
    // Each new one inherits from the one before, so that not every one needs a scrape.
    if (count % 10 > 0) continue;
    const startedAt = performance.now();
    const reading = await stays.scrape();
    scrapes.push(performance.now() - startedAt);
    expect(sumOf(reading, BARKS.name, 1)).toBe(2 * count);
    expect(sumOf(reading, WALKS.name, 4)).toBe(count);
    expect(bytesIn(directory)).toBeLessThan(1024 * 1024);
  }
  const tenth = Math.ceil(scrapes.length / 10);
  const [first, last] = [median(scrapes.slice(tenth, 3 * tenth)), median(scrapes.slice(-2 * tenth))];
  if (MANY > 1000) {
    // oxlint-disable-next-line no-console -- what is measured by hand is to be seen
    console.log(`scrapes: ${first.toFixed(1)} ms at first, ${last.toFixed(1)} ms at last; ${bytesIn(directory)} bytes`);
  }
  expect(last).toBeLessThan(5 * first + 50);
  await stays.end();
  rmSync(directory, { recursive: true });
}, 3_600_000);
