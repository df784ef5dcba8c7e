import { figuresOf, iso, routesOf, runningOf, seriesOf } from './figures.js';
import { healthOf, healthOfTotals, JUDGED_SECONDS } from './health.js';
import { BUCKET_SECONDS } from './history/bucket.js';
import { type Figures, type History, type MonitorState, type Window, WINDOW_SECONDS } from './state.js';
import { type StoredCounts } from './store.js';

/** What a reading says, as it is shown: with the series and the routes of one window. */
export function stateOf(reading: StoredCounts, window: Window, totalsOnly: boolean): MonitorState {
  const { nowMs, scope, store, processes, totals } = reading;
  const history = totalsOnly ? null : historyOf(reading, window);
  return {
    version: 1,
    time: iso(nowMs),
    health:
      history === null
        ? healthOfTotals(store)
        : healthOf({
            minute: figuresOf(reading, JUDGED_SECONDS),
            hour: history.windows['1h'],
            running: history.running,
            store,
          }),
    scope,
    store,
    processes,
    bucketSeconds: BUCKET_SECONDS,
    totals: {
      requests: { count: totals.requests, seconds: totals.requestMicros / 1e6 },
      statements: { count: totals.statements, seconds: totals.statementMicros / 1e6 },
    },
    history,
  };
}

function historyOf(reading: StoredCounts, window: Window): History {
  const inWindow = (one: Window): Figures => figuresOf(reading, WINDOW_SECONDS[one]);
  return {
    complete: reading.isComplete,
    latest: figuresOf(reading, BUCKET_SECONDS),
    running: runningOf(reading),
    windows: { '10m': inWindow('10m'), '1h': inWindow('1h'), '24h': inWindow('24h') },
    window,
    series: seriesOf(reading, window, WINDOW_SECONDS[window]),
    routes: routesOf(reading, WINDOW_SECONDS[window]),
  };
}
