import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LifeSocket } from '../../lib/host/life-socket.js';
import { Membership } from '../../lib/monitor/directory/membership.js';
import { Outages } from '../../lib/monitor/directory/outages.js';
import { Refusals } from '../../lib/monitor/directory/refusals.js';
import { SharedDirectory } from '../../lib/monitor/directory/shared-directory.js';
import { Sheet } from '../../lib/monitor/directory/sheet.js';
import { writeSheet } from '../../lib/monitor/directory/sheet-text.js';
import { REQUESTS, noCounts, STATEMENTS } from '../../lib/monitor/history/counts.js';
import { HITS } from '../../lib/monitor/history/route-history.js';
import { ownProcess } from '../../lib/monitor/own-process.js';
import { count, DirectoryStores } from '../support/directory-stores.js';
import { waitUntil } from '../support/wait-until.js';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(16)) as [string, string, string];
const HOUR = `h${Math.floor(Date.now() / 3_600_000)}`;

let stores: DirectoryStores;
beforeEach(() => void (stores = new DirectoryStores()));
afterEach(() => stores.remove());

interface Counted {
  readonly requests: number;
  readonly included?: readonly string[];
}

/** A file as a process has left it. */
function leave(name: string, { requests, included = [] }: Counted): void {
  const sheet = new Sheet();
  const counts = noCounts();
  counts[REQUESTS] = requests;
  counts[STATEMENTS] = requests;
  sheet.add(name.includes('totals') ? 'all' : '5', counts);
  for (const process of included) sheet.included.add(process);
  const text = writeSheet({ application: 'kennel', process: ownProcess(), seenMs: Date.now(), sheet });
  writeFileSync(join(stores.path, name), text);
}

async function shown() {
  const { totals, buckets, nowMs } = await (await stores.start()).read();
  const hour = Math.floor(nowMs / 3_600_000) * 360;
  return [totals.requests, buckets.sum(hour, hour + 360)[REQUESTS]];
}

const areSettled = () =>
  waitUntil('the files are settled', () => !stores.names.some((name) => /^(?:a|b|c)+\./.test(name)));

describe('what an ended process has left', () => {
  it.each<[string, Readonly<Record<string, Counted>>, requests: number]>([
    ['by an end without a stop', { [`${A}.totals`]: { requests: 3 }, [`${A}.${HOUR}`]: { requests: 3 } }, 3],
    [
      'two of them',
      {
        [`${A}.totals`]: { requests: 3 },
        [`${A}.${HOUR}`]: { requests: 3 },
        [`${B}.totals`]: { requests: 4 },
        [`${B}.${HOUR}`]: { requests: 4 },
      },
      7,
    ],
    [
      'when its heir ended after it had claimed the totals',
      {
        [`${A}.totals.${B}`]: { requests: 3 },
        [`${A}.${HOUR}`]: { requests: 3 },
        [`${B}.totals`]: { requests: 4 },
        [`${B}.${HOUR}`]: { requests: 4 },
      },
      7,
    ],
    [
      'when its heir ended between writing the hour and deleting the file of the hour',
      {
        [`${A}.totals.${B}`]: { requests: 3 },
        [`${A}.${HOUR}`]: { requests: 3 },
        [`${B}.totals`]: { requests: 4 },
        [`${B}.${HOUR}`]: { requests: 7, included: [A] },
      },
      7,
    ],
    [
      'when its heir ended after the hour was deleted',
      {
        [`${A}.totals.${B}`]: { requests: 3 },
        [`${B}.totals`]: { requests: 4 },
        [`${B}.${HOUR}`]: { requests: 7, included: [A] },
      },
      7,
    ],
    [
      'when its heir ended between writing and deleting the totals',
      {
        [`${A}.totals.${B}`]: { requests: 3 },
        [`${B}.totals`]: { requests: 7, included: [A] },
        [`${B}.${HOUR}`]: { requests: 7, included: [A] },
      },
      7,
    ],
    [
      'when three heirs ended one after the other in the middle',
      {
        [`${A}.totals.${B}`]: { requests: 3 },
        [`${A}.${HOUR}`]: { requests: 3 },
        [`${B}.totals.${C}`]: { requests: 4 },
        [`${B}.${HOUR}`]: { requests: 7, included: [A] },
        [`${C}.totals`]: { requests: 5 },
        [`${C}.${HOUR}`]: { requests: 12, included: [B, A] },
      },
      12,
    ],
    [
      'when the heir of its heir has passed on that it is included',
      {
        [`${A}.totals.${B}`]: { requests: 3 },
        [`${C}.totals`]: { requests: 12, included: [B, A] },
        [`${C}.${HOUR}`]: { requests: 12, included: [B] },
      },
      12,
    ],
  ])('is counted once %s', async (_, files, requests) => {
    for (const [name, counted] of Object.entries(files)) leave(name, counted);
    const first = await shown();
    expect(first).toEqual([requests, requests]);
    await areSettled();
    expect(await shown()).toEqual([requests, requests]);
    expect(stores.logged).toEqual([]);
  });

  it('waits for its heir as long as that one lives', async () => {
    const heir = await LifeSocket.open(join(stores.path, `${B}.life`));
    leave(`${A}.totals.${B}`, { requests: 3 });
    leave(`${A}.${HOUR}`, { requests: 3 });
    leave(`${B}.totals`, { requests: 4 });
    leave(`${B}.${HOUR}`, { requests: 7, included: [A] });
    expect(await shown()).toEqual([7, 7]);
    expect(stores.names).toEqual(expect.arrayContaining([`${A}.totals.${B}`, `${A}.${HOUR}`]));
    await heir.close();
    expect(await shown()).toEqual([7, 7]);
    await areSettled();
  });

  it('is deleted with its life socket and its unfinished files', async () => {
    leave(`${A}.totals`, { requests: 3 });
    for (const name of [`${A}.life`, `${A}.life~`, `${A}.totals~`, `${A}.${HOUR}~`])
      writeFileSync(join(stores.path, name), '');
    expect(await shown()).toEqual([3, 0]);
    await areSettled();
  });

  it('is counted once by many that begin together', async () => {
    for (let i = 0; i < 20; i += 1) {
      const id = `${A.slice(2)}${10 + i}`;
      leave(`${id}.totals`, { requests: 1 });
      leave(`${id}.${HOUR}`, { requests: 1 });
    }
    const all = await Promise.all(Array.from({ length: 8 }, () => stores.start()));
    await areSettled();
    for (const one of all) {
      await one.deliver();
      expect((await one.read()).totals.requests).toBe(20);
    }
  });
});

describe('many processes, one after the other', () => {
  /** With the names of few that have ended: a file that is about to be deleted, and one that was since it was written. */
  const mostIncluded = () =>
    Math.max(
      ...stores.names
        .filter((name) => !name.endsWith('.life'))
        .map(
          (name) =>
            (JSON.parse(readFileSync(join(stores.path, name), 'utf8')) as { included: string[] }).included.length,
        ),
    );

  it('leave a small directory and exact totals', async () => {
    const directory = new SharedDirectory(stores.path, 'kennel', new Refusals((error) => expect.fail(String(error))));
    const outages = new Outages(stores.path, { log: (line) => expect.fail(line), warn: (line) => expect.fail(line) });
    const counts = noCounts();
    counts[REQUESTS] = 1;
    for (let i = 0; i < 2000; i += 1) {
      const one = new Membership(directory, ownProcess(), 24, outages);
      one.own.bookTotals(counts);
      await one.enter();
      await one.write();
      await one.tidy();
      await one.leave();
    }
    expect(stores.names.length).toBeLessThan(4);
    expect(stores.bytes).toBeLessThan(2000);
    expect(mostIncluded()).toBeLessThan(3);
    expect((await (await stores.start()).read()).totals.requests).toBe(2000);
  }, 90_000);

  it('leave their history too', async () => {
    for (let i = 0; i < 50; i += 1) {
      const one = await stores.start();
      count(one, 1);
      await one.stop();
    }
    expect(stores.names.length).toBeLessThan(10);
    expect(mostIncluded()).toBeLessThan(3);
    const reading = await (await stores.start()).read();
    const bucket = Math.floor(reading.nowMs / 10_000);
    expect(reading.totals).toMatchObject({ requests: 50, statements: 100 });
    expect(reading.buckets.sum(bucket - 360, bucket + 1)[REQUESTS]).toBe(50);
    expect(reading.routes.last(3600, bucket).get('GET /dogs')?.[HITS]).toBe(50);
    expect(stores.logged).toEqual([]);
  });
});
