import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boundedBy, defineCounter, defineGauge } from 'nestjs-prometheus-exporter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readShare } from '../../lib/expose/processes/bytes/read-share.js';
import { type ShareContent } from '../../lib/expose/processes/bytes/share-content.js';
import { type Ended, inheritFrom } from '../../lib/expose/processes/inheritance.js';
import { claimedName, listFiles, type NumbersOfProcess } from '../../lib/expose/processes/process-files.js';
import { type Reading } from '../../lib/expose/reading.js';
import { CountingProcess } from '../support/processes/numbers.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });
const AGE = defineGauge({ name: 'age', help: 'Ages.' });

/** A generator of numbers that gives the same ones every time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below;
}

function barksIn({ own, chunks }: Reading): number {
  const series = own.find(({ name }) => name === BARKS.name)?.series ?? [];
  return series.reduce((sum, { chunk, at }) => sum + chunks[chunk]![at]!, 0);
}

describe('the numbers of processes that have ended', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'heirs-'));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function start(barks: number, dog = 'Rex'): CountingProcess {
    const made = new CountingProcess(directory);
    made.store.counter(BARKS).labels({ dog }).inc(barks);
    made.store.gauge(AGE).known({}).set(3);
    made.own.save();
    return made;
  }

  const read = (file: NumbersOfProcess): ShareContent =>
    readShare(new Uint8Array(readFileSync(join(directory, file.name))));

  /** As a living process of this id finds those that have ended. */
  async function endedFor(living: readonly CountingProcess[]): Promise<readonly Ended[]> {
    const ids = new Set(living.map(({ head }) => head.id));
    const { numbers } = await listFiles(directory);
    return numbers
      .filter(({ id, heir }) => !ids.has(id) && (heir === undefined || !ids.has(heir) || heir === living[0]!.head.id))
      .map((file) => ({ file, share: read(file) }));
  }

  async function inherit(
    heir: CountingProcess,
    living: readonly CountingProcess[] = [heir],
    ended?: readonly Ended[],
  ): Promise<ReturnType<typeof inheritFrom>> {
    const others = living.filter((one) => one !== heir);
    const known = new Set(others.flatMap((one) => one.own.share(one.reading()).inheritedIds));
    const found = ended ?? (await endedFor([heir, ...others]));
    return inheritFrom(directory, heir.head.id, heir.own, found, known, (error) => {
      throw error;
    });
  }

  /** All that the files of the directory tell, each process once: as a scrape counts it. */
  async function total(): Promise<number> {
    const shares = (await listFiles(directory)).numbers.map(read);
    const inherited = new Set(shares.flatMap(({ inheritedIds }) => inheritedIds));
    const counted = shares.filter(({ head }) => !inherited.has(head.id));
    return counted.reduce((sum, one) => sum + barksIn(one.own) + barksIn(one.inherited), 0);
  }

  it('are added to those of the heir, without gauges, and their files are gone', async () => {
    const ended = [start(5), start(7, 'Bello')];
    for (const one of ended) one.kill();
    const heir = start(1);
    await inherit(heir);
    const { inherited, inheritedIds } = heir.own.share(heir.reading());
    expect(barksIn(inherited)).toBe(12);
    expect(inherited.own.map(({ name }) => name)).toEqual([BARKS.name]);
    expect([...inheritedIds].toSorted()).toEqual(ended.map(({ head }) => head.id).toSorted());
    expect(readdirSync(directory)).toEqual([heir.name]);
    expect(await total()).toBe(13);
  });

  it('are inherited by one of several heirs', async () => {
    start(5).kill();
    const heirs = [start(1), start(1)];
    const ended = await endedFor(heirs);
    const first = await inherit(heirs[0]!, heirs, ended);
    const second = await inherit(heirs[1]!, heirs, ended);
    expect([first.hasLost, second.hasLost]).toEqual([false, true]);
    expect(await total()).toBe(7);
  });

  it('stay with an heir that cannot write, and are inherited later', async () => {
    start(5).kill();
    const heir = start(1);
    const ended = await endedFor([heir]);
    const away = join(directory, 'away');
    // A directory at the place of the file that is to be written.
    rmSync(join(directory, heir.name));
    renameSync(mkdtempSync(`${directory}-x`), join(directory, heir.name));
    const errors: unknown[] = [];
    const { kept } = inheritFrom(directory, heir.head.id, heir.own, ended, new Set(), (error) => errors.push(error));
    expect(errors).toHaveLength(1);
    expect(kept.map(({ own }) => barksIn(own))).toEqual([5]);
    renameSync(join(directory, heir.name), away);
    rmSync(away, { recursive: true });
    heir.own.save();
    await inherit(heir);
    expect(await total()).toBe(6);
  });

  it.each(Array.from({ length: 8 }, (_, i) => i + 1))(
    'are exact, whoever is killed at whatever step: random order %i',
    async (seed) => {
      const below = randomFrom(seed);
      let living = [start(0)];
      let counted = 0;
      for (let step = 0; step < 60; step += 1) {
        const one = living[below(living.length)]!;
        switch (below(6)) {
          case 0:
            living.push(start(3));
            counted += 3;
            break;
          case 1: {
            one.store
              .counter(BARKS)
              .labels({ dog: `dog ${below(5)}` })
              .inc(2);
            one.own.save();
            counted += 2;
            break;
          }
          case 2:
            one.kill();
            living = living.filter((other) => other !== one);
            if (living.length === 0) living = [start(0)];
            break;
          case 3: {
            // Killed when it has claimed, and has added nothing yet.
            for (const { file } of await endedFor([one, ...living])) {
              renameSync(join(directory, file.name), join(directory, claimedName(file, one.head.id)));
            }
            one.kill();
            living = living.filter((other) => other !== one);
            if (living.length === 0) living = [start(0)];
            break;
          }
          case 4: {
            // Killed when it has added, and has deleted nothing yet.
            const ended = await endedFor([one, ...living]);
            const known = new Set(living.flatMap((other) => other.own.share(other.reading()).inheritedIds));
            const amongThem = new Set(ended.flatMap(({ share }) => share?.inheritedIds ?? []));
            const isNew = ({ file: { id } }: Ended) => !known.has(id) && !amongThem.has(id);
            const news = ended.filter(isNew);
            for (const { file } of ended) {
              renameSync(join(directory, file.name), join(directory, claimedName(file, one.head.id)));
            }
            one.own.inherit(news.flatMap(({ share }) => share ?? []));
            one.kill();
            living = living.filter((other) => other !== one);
            if (living.length === 0) living = [start(0)];
            break;
          }
          default:
            await inherit(one, living);
        }
        expect(await total()).toBe(counted);
      }
      await inherit(living[0]!, living);
      expect(await total()).toBe(counted);
      for (const one of living) one.kill();
    },
  );

  it('take no more room, however many came and went', async () => {
    let heir = start(1);
    for (let round = 0; round < 100; round += 1) {
      heir.kill();
      heir = start(1, `dog ${round % 10}`);
      await inherit(heir);
    }
    expect(await total()).toBe(101);
    const names = readdirSync(directory);
    expect(names).toEqual([heir.name]);
    expect(statSync(join(directory, heir.name)).size).toBeLessThan(300_000);
    expect(heir.own.share(heir.reading()).inheritedIds.length).toBe(100);
    heir.kill();
  });
});
