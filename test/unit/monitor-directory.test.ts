import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DirectoryStore } from '../../lib/monitor/directory/directory-store.js';
import { bucketAt } from '../../lib/monitor/history/bucket.js';
import { REQUESTS } from '../../lib/monitor/history/counts.js';
import { HITS } from '../../lib/monitor/history/route-history.js';
import { ownProcess } from '../../lib/monitor/own-process.js';
import { count, DirectoryStores } from '../support/directory-stores.js';
import { MonitoredProcess } from '../support/redis/monitored-process.js';
import { waitUntil } from '../support/wait-until.js';

let stores: DirectoryStores;
beforeEach(() => void (stores = new DirectoryStores()));
afterEach(() => stores.remove());

/** What a store shows that has not looked before. */
async function shownBy(store: DirectoryStore) {
  const { totals, routes, buckets, processes, nowMs, store: state, isComplete } = await store.read();
  const bucket = bucketAt(nowMs);
  return {
    requests: totals.requests,
    statements: totals.statements,
    inHistory: buckets.sum(bucket - 8640, bucket + 1)[REQUESTS],
    byMinute: hitsOf(routes.last(600, bucket)),
    byHour: hitsOf(routes.last(86_400, bucket)),
    processes: processes.length,
    reachable: state.reachable,
    isComplete,
  };
}

const hitsOf = (table: ReadonlyMap<string, Float64Array>) =>
  Object.fromEntries(Array.from(table, ([route, counts]) => [route, counts[HITS]]));

async function shown() {
  return shownBy(await stores.start());
}

describe('the stores of a directory', () => {
  it('show the totals, the history, the routes and the processes of all', async () => {
    const [one, other] = [await stores.start(), await stores.start()];
    count(one, 3);
    count(other, 4, 'GET /cats');
    count(other, 5, 'GET /dogs', Date.now() - 2 * 3_600_000);
    await Promise.all([one.deliver(), other.deliver()]);
    const expected = {
      requests: 12,
      statements: 24,
      inHistory: 12,
      byMinute: { 'GET /dogs': 3, 'GET /cats': 4 },
      byHour: { 'GET /dogs': 8, 'GET /cats': 4 },
      processes: 2,
      reachable: true,
      isComplete: true,
    };
    expect(await shownBy(one)).toEqual(expected);
    expect(await shownBy(other)).toEqual(expected);
    expect(stores.logged).toEqual([]);
  });

  it('show their own numbers before they are written', async () => {
    const one = await stores.start();
    count(one, 3);
    expect(await shownBy(one)).toMatchObject({ requests: 3, inHistory: 3 });
  });

  it('write only when something has changed', async () => {
    const one = await stores.start();
    count(one, 1);
    await one.deliver();
    const file = join(
      stores.path,
      stores.names.find((name) => name.endsWith('.totals'))!,
    );
    const before = readFileSync(file, 'utf8');
    await one.deliver();
    expect(readFileSync(file, 'utf8')).toBe(before);
    count(one, 1);
    await one.deliver();
    expect(readFileSync(file, 'utf8')).not.toBe(before);
  });

  it('keep nothing but totals with totalsOnly', async () => {
    const one = await stores.start({ totalsOnly: true });
    count(one, 3);
    await one.deliver();
    expect(stores.names.map((name) => name.split('.')[1])).toEqual(['life', 'totals']);
    expect(await shownBy(one)).toMatchObject({ requests: 3, inHistory: 0, isComplete: true });
  });

  it('go on after a stop and a start, and leave nothing that runs', async () => {
    const one = await stores.start();
    count(one, 3);
    await one.deliver();
    await one.stop();
    expect(stores.names.some((name) => name.endsWith('.life'))).toBe(false);
    expect(await shown()).toMatchObject({ requests: 3, inHistory: 3, processes: 1 });
  });

  it('let go of what no window reaches, but not of the totals', async () => {
    const one = await stores.start({ retentionHours: 2 });
    count(one, 1);
    count(one, 3, 'GET /dogs', Date.now() - 4 * 3_600_000);
    await one.deliver();
    await one.stop();
    const other = await stores.start({ retentionHours: 2 });
    await waitUntil('the files are settled', () => stores.names.length === 4);
    expect(await shownBy(other)).toMatchObject({ requests: 4, inHistory: 1, byHour: { 'GET /dogs': 1 } });
  });

  it('are those of one application', async () => {
    const one = await stores.start();
    await expect(stores.start({ name: 'cattery' })).rejects.toThrow(
      `Expected \`store.directory of MonitorModule\` to be a directory of the application cattery, got ${stores.path}, to which processes of kennel write: give each application a directory of its own, or the same \`store.name\`.`,
    );
    count(one, 1);
    await one.deliver();
    await one.stop();
    const other = await stores.start({ name: 'cattery' });
    expect(await shownBy(other)).toMatchObject({ requests: 0, processes: 1 });
    expect(stores.logged).toEqual([expect.stringContaining('of kennel: its counts are not shown')]);
    await other.stop();
    expect(await shown()).toMatchObject({ requests: 1 });
  });
});

describe('what is in the directory besides', () => {
  const ID = '0123456789abcdef';
  const write = (name: string, content: string) => writeFileSync(join(stores.path, name), content);

  it.each([
    ['torn', '{"version":1,"application":"kennel","pro'],
    ['empty', ''],
    ['no object', '[1]'],
    ['null', 'null'],
    ['of wrong types', '{"version":1,"application":"kennel","process":5,"seenMs":"x","included":{},"rows":7}'],
    [
      'with rows of another length',
      JSON.stringify({ version: 1, process: ownProcess(), seenMs: 1, included: [], rows: [['all', 1]] }),
    ],
    ['with rows that are no counts', JSON.stringify({ version: 1, rows: [['all', 'many']] })],
    ['huge', ' '.repeat(9_000_000)],
  ])('is told of once and then deleted if it is %s', async (_, content) => {
    write(`${ID}.totals`, content);
    write(`${ID}.h1`, content);
    const one = await stores.start();
    count(one, 3);
    expect(await shownBy(one)).toMatchObject({ requests: 3, reachable: true });
    await waitUntil('the files are deleted', () => !stores.names.some((name) => name.startsWith(ID)));
    expect(stores.logged).toEqual([expect.stringMatching(/^RangeError: Expected counts of the monitor in .*\.totals/)]);
  });

  it('is left as it is if it is of a later version', async () => {
    const content = '{"version":2,"application":"kennel","rows":"of another form"}';
    write(`${ID}.totals`, content);
    write(`${ID}.h1`, content);
    const one = await stores.start();
    expect(await shownBy(one)).toMatchObject({ requests: 0, reachable: true });
    await one.deliver();
    expect(readFileSync(join(stores.path, `${ID}.totals`), 'utf8')).toBe(content);
    expect(readFileSync(join(stores.path, `${ID}.h1`), 'utf8')).toBe(content);
    expect(stores.logged).toEqual([expect.stringContaining('got a later one')]);
  });

  it('is passed over if it has another name', async () => {
    write('README.md', 'of somebody else');
    write(`${ID}.h1.fedcba9876543210`, 'no totals');
    mkdirSync(join(stores.path, 'folder'));
    expect(await shown()).toMatchObject({ requests: 0, reachable: true });
    expect(stores.names).toEqual(expect.arrayContaining(['README.md', `${ID}.h1.fedcba9876543210`, 'folder']));
    expect(stores.logged).toEqual([]);
  });

  it('is passed over if it is no file', async () => {
    mkdirSync(join(stores.path, `${ID}.totals`));
    symlinkSync('/dev/zero', join(stores.path, `${ID}.h1`));
    const one = await stores.start();
    expect(await shownBy(one)).toMatchObject({ requests: 0, processes: 1, reachable: true });
    await one.deliver();
    expect(stores.logged).toEqual([]);
  });
});

describe('an outage of the directory', () => {
  it('is told of once, and everything is written once it is over', async () => {
    const one = await stores.start();
    count(one, 2);
    await one.deliver();
    // In the way of the file that is written next.
    const totals = stores.names.find((name) => name.endsWith('.totals'))!;
    mkdirSync(join(stores.path, `${totals}~`));
    count(one, 3);
    await one.deliver();
    await one.deliver();
    expect(stores.logged).toEqual([
      expect.stringMatching(/cannot be read or written: Error: EISDIR.*The application is not affected/),
    ]);
    expect(await shownBy(one)).toMatchObject({ requests: 5, reachable: false });
    rmSync(join(stores.path, `${totals}~`), { recursive: true });
    await waitUntil('it has recovered', () => stores.logged.length === 2);
    expect(stores.logged[1]).toContain('can be read and written again after');
    expect(await shown()).toMatchObject({ requests: 5, reachable: true });
  });

  it('is said by data.json and by nagios.xml', async () => {
    const monitored = await MonitoredProcess.start({ store: { directory: stores.path, name: 'kennel' } });
    await waitUntil('the totals are written', () => stores.names.some((name) => name.endsWith('.totals')));
    monitored.requests(5);
    expect(await monitored.nagios()).toMatchObject({ status: 200, body: expect.stringContaining('<count>5</count>') });
    mkdirSync(join(stores.path, `${stores.names.find((name) => name.endsWith('.totals'))!}~`));
    const refused = await waitUntil('it says so', async () => {
      const answer = await monitored.nagios();
      return answer.status === 503 && answer;
    });
    expect(refused && refused.body).toBe('The directory, where the totals are, cannot be read or written.\n');
    const { store, health } = await monitored.data();
    expect(store).toMatchObject({ kind: 'directory', reachable: false });
    expect(health.reasons).toContainEqual(expect.stringContaining('The directory cannot be read or written'));
    await monitored.close();
    expect(monitored.log.at(-1)).toContain('The last numbers of this process could not be written');
  });

  it('shows the numbers of this process when it cannot be read', async () => {
    const one = await stores.start();
    count(one, 2);
    rmSync(stores.path, { recursive: true });
    writeFileSync(stores.path, '');
    const reading = await one.read();
    expect(reading).toMatchObject({ scope: 'process', totals: { requests: 2 }, store: { reachable: false } });
    rmSync(stores.path);
  });

  it('goes on with new files when somebody has deleted them, or the whole directory', async () => {
    const one = await stores.start();
    count(one, 2);
    await one.deliver();
    rmSync(stores.path, { recursive: true });
    await one.deliver();
    count(one, 3);
    await one.deliver();
    expect(await shown()).toMatchObject({ requests: 3, processes: 2 });
    expect(stores.logged).toContainEqual(expect.stringContaining('it goes on with new ones'));
  });
});

describe('a clock that jumps', () => {
  const HOUR_MS = 3_600_000;
  const NOON = Date.UTC(2026, 10, 21, 12, 5);
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOON }));
  afterEach(() => void vi.useRealTimers());

  it('ahead for a while and back hides nothing that is counted then', async () => {
    const one = await stores.start();
    count(one, 1);
    vi.setSystemTime(NOON + 100 * HOUR_MS);
    count(one, 2);
    await one.deliver();
    vi.setSystemTime(NOON);
    count(one, 4);
    await one.deliver();
    expect(await shown()).toMatchObject({ requests: 7, inHistory: 5, byHour: { 'GET /dogs': 5 } });
    const isAheadThere = () => stores.names.some((name) => name.endsWith(`.h${Math.floor(NOON / HOUR_MS) + 100}`));
    expect(isAheadThere()).toBe(true);
    await one.stop();
    const other = await stores.start();
    await waitUntil('the files are settled', () => !isAheadThere());
    expect(await shownBy(other)).toMatchObject({ requests: 7 });
  });

  it('back by some minutes continues the buckets', async () => {
    const one = await stores.start();
    count(one, 1);
    vi.setSystemTime(NOON - 10 * 60_000);
    count(one, 2);
    await one.deliver();
    expect(await shown()).toMatchObject({ requests: 3, inHistory: 2 });
    vi.setSystemTime(NOON);
    expect(await shown()).toMatchObject({ requests: 3, inHistory: 3 });
  });
});
