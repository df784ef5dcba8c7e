import { type Listener } from './events.js';
import { type Listeners } from './listeners.js';

/**
 * What happens in the application, for whoever wants to make something of it: inject it anywhere.
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
   * From now on `listener` hears every event that it has a method for now, after the metrics have. What happens once at boot (`routesKnown`,
   * `dataSourceFound`) is heard by those who listen from their constructor on; the option `listeners` hears it always.
   *
   * @returns the function that stops it
   * @errors a listener that throws or rejects is counted in `nestjs_metrics_errors_total{part="listener"}`, logged once,
   *   and told the next event all the same
   */
  listen(listener: Listener): () => void {
    return this.listeners.add(listener);
  }
}
