import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bucketAt } from '../../lib/monitor/history/bucket.js';
import { noCounts, REQUESTS } from '../../lib/monitor/history/counts.js';
import { HITS, ROUTE_WIDTH } from '../../lib/monitor/history/route-history.js';
import { MemoryStore } from '../../lib/monitor/memory-store.js';
import { ownProcess } from '../../lib/monitor/own-process.js';
import { nagiosXml } from '../../lib/monitor/nagios.js';
import { PAGE_FILES } from '../../lib/monitor/page-files.js';
import { stateOf } from '../../lib/monitor/state-of.js';
import { type History, type MonitorState, type Window, WINDOWS } from '../../lib/monitor/state.js';
import { MOST_PAGES, PERIOD_MS } from '../../lib/monitor/live-pages.js';

const DOCS = readFileSync(new URL('../../docs/monitor.md', import.meta.url), 'utf8');

/** A state of a monitor that has counted one request. */
function anyState(): MonitorState & { readonly history: History } {
  const store = new MemoryStore(24, ownProcess());
  const now = store.now();
  const counts = noCounts();
  counts[REQUESTS] = 1;
  store.book(bucketAt(now), counts);
  const route = new Float64Array(ROUTE_WIDTH);
  route[HITS] = 1;
  store.bookRoute(bucketAt(now), 'GET /dogs/:id', route);
  return stateOf(store.readAt(now), '10m', false) as MonitorState & { readonly history: History };
}

const keysOf = (value: unknown) => Object.keys(value as object);

describe('docs/monitor.md', () => {
  it('shows the shape of data.json, with every key and no other', () => {
    const shown = JSON.parse(/```json\n([^`]*)```/.exec(DOCS)?.[1] ?? '') as ReturnType<typeof anyState>;
    const state = anyState();
    expect(keysOf(shown)).toEqual(keysOf(state));
    for (const part of ['health', 'store', 'totals'] as const) expect(keysOf(shown[part])).toEqual(keysOf(state[part]));
    expect(keysOf(shown.processes[0])).toEqual(keysOf(state.processes[0]));
    const [shownHistory, history] = [shown.history, state.history];
    expect(keysOf(shownHistory)).toEqual(keysOf(history));
    for (const part of ['running', 'series', 'routes'] as const) {
      expect(keysOf(shownHistory[part])).toEqual(keysOf(history[part]));
    }
    expect(keysOf(shownHistory.windows)).toEqual(WINDOWS);
    const ofWindow = (windows: History['windows']) => windows['10m' satisfies Window];
    expect(keysOf(ofWindow(shownHistory.windows))).toEqual(keysOf(ofWindow(history.windows)));
    for (const part of ['requests', 'statements'] as const) {
      expect(keysOf(ofWindow(shownHistory.windows)[part])).toEqual(keysOf(ofWindow(history.windows)[part]));
    }
    expect(keysOf(shownHistory.routes.busiest[0])).toEqual(keysOf(history.routes.busiest[0]));
  });

  it('shows nagios.xml as it is', () => {
    const totals = { requests: 81_234, requestMicros: 912_400_000, statements: 301_888, statementMicros: 280_100_000 };
    expect(DOCS).toContain(nagiosXml(totals));
  });

  it('tells how often and to how many pages events are sent', () => {
    expect([PERIOD_MS, MOST_PAGES]).toEqual([2000, 1000]);
    expect(DOCS).toContain('every two seconds, to a thousand pages at most');
  });
});

describe('the page', () => {
  it('takes no more than 120 kB', () => {
    const bytes = Object.values(PAGE_FILES).map((text) => Buffer.byteLength(text));
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(120_000);
  });

  it('has no markup that a strict policy would refuse, and asks nobody else', () => {
    const html = PAGE_FILES['page.html'];
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\son\w+=/i);
    const links = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !link.startsWith('data:') && !link.startsWith('%BASE%/'))).toEqual([]);
    expect(PAGE_FILES['page.css']).not.toMatch(/@import|url\((?!data:)/);
  });
});
