import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LifeSocket } from '../../lib/host/life-socket.js';
import { Sheet } from '../../lib/monitor/directory/sheet.js';
import { writeSheet } from '../../lib/monitor/directory/sheet-text.js';
import { REQUESTS, noCounts, STATEMENTS } from '../../lib/monitor/history/counts.js';
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

describe('many stores, one after the other', () => {
  it.each([
    [500, true],
    [100, false],
  ])('leave a small directory, exact totals, and the names of none: %d, totalsOnly %s', async (stopped, totalsOnly) => {
    for (let i = 0; i < stopped; i += 1) {
      const one = await stores.start({ totalsOnly });
      count(one, 1);
      await one.stop();
    }
    expect(readdirSync(stores.path).length).toBeLessThan(10);
    expect(stores.bytes).toBeLessThan(5000);
    const { totals } = await (await stores.start({ totalsOnly })).read();
    expect(totals).toMatchObject({ requests: stopped, statements: 2 * stopped });
    for (const name of stores.names.filter((one) => !one.endsWith('.life'))) {
      const { included } = JSON.parse(readFileSync(join(stores.path, name), 'utf8')) as { included: string[] };
      expect(included.length).toBeLessThan(3);
    }
    expect(stores.logged).toEqual([]);
  });
});
