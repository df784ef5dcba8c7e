import { setTimeout as wait } from 'node:timers/promises';
import { CommandFault, reasonOf } from '../command-fault.js';
import { EXIT, type ExitStatus } from '../exit-status.js';
import { accessOf } from '../read/access.js';
import { readEndpoint } from '../read/endpoint.js';
import { shownUrl, urlOf, withoutCredentials } from '../read/source-url.js';
import { printable } from '../printable.js';
import { type Terminal } from '../terminal.js';
import { type Interval, intervalBetween, type Scrape } from './interval.js';
import { intervalText } from './interval-text.js';
import { type TopFlags } from './top-flags.js';

/** To the upper left corner, and clear what follows. */
const CLEAR = '\u001b[H\u001b[J';

/** Shows one interval after the other until Ctrl-C. */
export async function runTop(source: string, flags: TopFlags, terminal: Terminal): Promise<ExitStatus> {
  const url = urlOf(source);
  if (!url) {
    const got = withoutCredentials(source);
    throw new CommandFault(`Expected the URL of an endpoint, got ${got}: top scrapes it again and again.`);
  }
  const read = reader(source, flags, terminal);
  let before = await read();
  while (await passes(flags.interval, terminal.stop)) {
    const after = await read().catch((error: unknown) => skipped(error, flags, terminal));
    if (after) {
      terminal.print(shown(shownUrl(url), intervalBetween(before, after, flags.sort), flags, terminal));
      before = after;
    }
    if (flags.once) break;
  }
  return EXIT.fine;
}

function reader(source: string, flags: TopFlags, terminal: Terminal): () => Promise<Scrape> {
  const access = accessOf(flags);
  return async () => {
    const { shown: name, published } = await readEndpoint(source, access, terminal);
    const scrape = { published, at: performance.now() / 1000 };
    if (intervalBetween(scrape, scrape, 'time').tables.length > 0) return scrape;
    throw new CommandFault(`${name} has no metrics of routes or SQL statements that this command knows.`);
  };
}

/** An endpoint that cannot be read for a while, because it restarts, does not end the command. */
function skipped(error: unknown, { once }: TopFlags, terminal: Terminal): undefined {
  if (once) throw error;
  if (!terminal.stop.aborted) terminal.note(`${printable(reasonOf(error))}\n`);
}

async function passes(seconds: number, stop: AbortSignal): Promise<boolean> {
  return wait(seconds * 1000, true, { signal: stop }).catch(() => false);
}

function shown(source: string, interval: Interval, { json, once, limit }: TopFlags, terminal: Terminal): string {
  if (json) return `${JSON.stringify(asJson(interval))}\n`;
  const text = intervalText(source, interval, limit, terminal);
  return terminal.columns !== undefined && !once ? CLEAR + text : `${text}\n`;
}

function asJson({ seconds, tables }: Interval): object {
  return { seconds, tables: tables.map(({ subject, activities }) => ({ title: subject.title, rows: activities })) };
}
