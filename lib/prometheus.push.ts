import { PushMetrics } from './catalogue/nest/push.metrics.js';
import { type ExpositionSource } from './expose/exposition-source.js';
import { MetricsPush, type PushTimes } from './expose/push/metrics-push.js';
import { otlpReceiver } from './expose/push/otlp-receiver.js';
import { pushgateway } from './expose/push/pushgateway.js';
import { Pusher, type PushReport } from './expose/push/pusher.js';
import { type MetricStore } from './metrics/store.js';
import { type ErrorBoundary } from './observe/error-boundary.js';
import { LoggedCauses } from './observe/logged-causes.js';
import { OwnLogger } from './observe/own-logger.js';
import { type ResolvedOptions } from './prometheus.options.js';
import { VERSION } from './version.js';

interface PushParts {
  readonly store: MetricStore;
  readonly boundary: ErrorBoundary;
  readonly source: ExpositionSource;
}

const NEVER: PushTimes = { onExit: false, intervalSeconds: undefined, timeoutSeconds: 0 };

/** Pushes what scrapes get from the same source. */
export function metricsPush({ push, limits }: ResolvedOptions, parts: PushParts): MetricsPush {
  if (push === false) return new MetricsPush(NEVER, undefined);
  const receiver = push.protocol === 'otlp' ? otlpReceiver(push, VERSION) : pushgateway(push);
  const { timeoutSeconds } = push;
  const bounds = { timeoutSeconds, collectSeconds: Math.min(limits.scrapeTimeoutSeconds, timeoutSeconds / 2) };
  return new MetricsPush(push, new Pusher(receiver, parts.source, bounds, reportOf(parts)));
}

function reportOf({ store, boundary }: PushParts): PushReport {
  const metrics = new PushMetrics(store);
  const logger = new OwnLogger('MetricsPush');
  const causes = new LoggedCauses(() => performance.now());
  return {
    pushed: (outcome) => metrics.pushed(outcome),
    refused: (reason, message) => {
      const logged = causes.admit(reason);
      if (logged === 'no') return;
      const further = logged === 'last' ? ' Further failures are counted and not logged for an hour.' : '';
      logger.warn(message + further);
    },
    failed: (error) => boundary.report('exposition', error),
  };
}
