import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Membership } from '../../lib/monitor/directory/membership.js';
import { Outages } from '../../lib/monitor/directory/outages.js';
import { Refusals } from '../../lib/monitor/directory/refusals.js';
import { SharedCounts } from '../../lib/monitor/directory/shared-counts.js';
import { SharedDirectory } from '../../lib/monitor/directory/shared-directory.js';
import { type SheetText } from '../../lib/monitor/directory/sheet-text.js';
import { bucketAt } from '../../lib/monitor/history/bucket.js';
import { noCounts, REQUESTS } from '../../lib/monitor/history/counts.js';
import { ownProcess } from '../../lib/monitor/own-process.js';

const fail = (message: unknown) => expect.fail(String(message));
const REFUSALS = new Refusals(fail);

/** What a process sees of a directory that is killed before or after it has changed so many files. */
class MortalDirectory extends SharedDirectory {
  changesLeft = Infinity;

  override async write(name: string, content: SheetText): Promise<void> {
    await this.change(() => super.write(name, content));
  }

  override async move(from: string, to: string): Promise<boolean> {
    return this.change(() => super.move(from, to));
  }

  override async remove(name: string): Promise<void> {
    await this.change(() => super.remove(name));
  }

  private async change<T>(run: () => Promise<T>): Promise<T> {
    this.changesLeft -= 0.5;
    if (this.changesLeft < 0) throw new Killed();
    const result = await run();
    this.changesLeft -= 0.5;
    if (this.changesLeft < 0) throw new Killed();
    return result;
  }
}

class Killed extends Error {}

let path: string;
beforeEach(() => void (path = mkdtempSync(join(tmpdir(), 'crashes-'))));
afterEach(() => rmSync(path, { recursive: true, force: true }));

async function live(): Promise<{ readonly directory: MortalDirectory; readonly member: Membership }> {
  const directory = new MortalDirectory(path, 'kennel', REFUSALS);
  const outages = new Outages(path, { log: fail, warn: fail });
  const member = new Membership(directory, ownProcess(), 24, outages);
  await member.enter();
  return { directory, member };
}

/** Counts one request, then takes over what others have left, in the middle of which it may be killed. */
async function liveAndDie(changes: number): Promise<void> {
  const { directory, member } = await live();
  const counts = noCounts();
  counts[REQUESTS] = 1;
  member.own.bookTotals(counts);
  member.own.book(bucketAt(Date.now()), counts);
  await member.write();
  directory.changesLeft = changes;
  await member.tidy().catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  await member.leave();
}

async function shown(): Promise<readonly (number | undefined)[]> {
  const { directory, member } = await live();
  const counts = new SharedCounts(directory, 24, false, REFUSALS);
  await counts.refresh(member.own, Date.now());
  await member.leave();
  const bucket = bucketAt(Date.now());
  return [counts.totals.requests, counts.history.buckets.sum(bucket - 360, bucket + 1)[REQUESTS]];
}

it('heirs that are killed at any moment, alone or together, neither lose nor double a count', async () => {
  let counted = 0;
  // Each half is a kill before or after a change; a whole estate has seven changes.
  for (let halves = 0; halves < 40; halves += 1) {
    const together = 1 + (halves % 3);
    await Promise.all(Array.from({ length: together }, (_, i) => liveAndDie((halves % 20) / 2 + i)));
    counted += together;
    expect(await shown()).toEqual([counted, counted]);
  }
  await liveAndDie(Infinity);
  expect(await shown()).toEqual([counted + 1, counted + 1]);
}, 60_000);
