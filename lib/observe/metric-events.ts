import { type Listener } from './events.js';
import { type Listeners } from './listeners.js';

/**
 * The events of the application, for code of your own. Inject it into any provider.
 *
 * @example
 * constructor(events: MetricEvents) {
 *   events.listen({ requestAnswered: ({ route, durationSeconds }) => … });
 * }
 */
export class MetricEvents {
  /** @internal made by Nest */
  constructor(private readonly listeners: Pick<Listeners, 'add'>) {}

  /**
   * Calls the methods of `listener` for all later events, after the metrics have been updated. Only methods that exist
   * now are called. Events that are emitted once at boot (`routesKnown`, `dataSourceFound`) reach listeners that are
   * added in a constructor; those of the option `listeners` always get them.
   *
   * @returns the function that removes the listener
   * @errors a listener that throws or rejects is counted in `nestjs_metrics_errors_total{part="listener"}` and logged
   *   once per cause; it still gets the next event
   */
  listen(listener: Listener): () => void {
    return this.listeners.add(listener);
  }
}
