import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DirectoryStore } from '../../lib/monitor/directory/directory-store.js';
import { openDirectoryStore } from '../../lib/monitor/directory/open-directory-store.js';
import { bucketAt } from '../../lib/monitor/history/bucket.js';
import { JUDGED_REQUESTS, noCounts, REQUEST_MICROS, REQUESTS, STATEMENTS } from '../../lib/monitor/history/counts.js';
import { HITS, ROUTE_WIDTH } from '../../lib/monitor/history/route-history.js';
import { ownProcess } from '../../lib/monitor/own-process.js';

export interface StoreSettings {
  readonly name?: string;
  readonly totalsOnly?: boolean;
  readonly retentionHours?: number;
}

/** A directory with the stores of some monitors, and what they have logged and reported. */
export class DirectoryStores {
  readonly path = mkdtempSync(join(tmpdir(), 'stores-'));
  readonly logged: string[] = [];
  private readonly started = new Set<DirectoryStore>();

  /** A store that has written its totals. */
  async start({
    name = 'kennel',
    totalsOnly = false,
    retentionHours = 24,
  }: StoreSettings = {}): Promise<DirectoryStore> {
    const store = await openDirectoryStore(
      { directory: this.path, name },
      {
        process: { ...ownProcess(), id: randomUUID() },
        retentionHours,
        totalsOnly,
        log: { log: (message) => this.logged.push(message), warn: (message) => this.logged.push(message) },
        report: (error) => this.logged.push(String(error)),
      },
    );
    this.started.add(store);
    store.start(() => undefined);
    await store.deliver();
    return store;
  }

  get names(): readonly string[] {
    return readdirSync(this.path).toSorted();
  }

  get bytes(): number {
    return this.names.reduce((sum, name) => sum + statSync(join(this.path, name)).size, 0);
  }

  async remove(): Promise<void> {
    await Promise.all([...this.started].map((store) => store.stop()));
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Counts so many requests of a route now, and of SQL statements. */
export function count(store: DirectoryStore, requests: number, route = 'GET /dogs', atMs = Date.now()): void {
  const counts = noCounts();
  counts[REQUESTS] = counts[JUDGED_REQUESTS] = requests;
  counts[REQUEST_MICROS] = requests * 1000;
  counts[STATEMENTS] = 2 * requests;
  store.book(bucketAt(atMs), counts);
  const ofRoute = new Float64Array(ROUTE_WIDTH);
  ofRoute[HITS] = requests;
  store.bookRoute(bucketAt(atMs), route, ofRoute);
}
