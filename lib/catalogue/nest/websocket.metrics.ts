import { type CounterSeries } from '../../metrics/counter.js';
import { type GaugeSeries } from '../../metrics/gauge.js';
import { type MetricStore } from '../../metrics/store.js';
import { type Outcome } from '../../observe/operation-events.js';
import { type Gateway, type WebsocketListener } from '../../observe/websocket-events.js';
import { HandlesByKey } from '../handles-by-key.js';
import { OperationMetrics, type OperationMetricsOptions } from './operation.metrics.js';
import * as definitions from './websocket.definitions.js';

const OUTCOMES: readonly Outcome[] = ['success', 'error', 'aborted'];

/** The handles of one gateway. */
interface GatewaySeries {
  readonly open: GaugeSeries;
  readonly opened: CounterSeries;
}

/** The metrics of messages and connections of WebSockets. An application without a gateway has none of them. */
export class WebsocketMetrics extends OperationMetrics implements WebsocketListener {
  private readonly gateways: HandlesByKey<Gateway, GatewaySeries>;

  constructor(store: MetricStore, options: OperationMetricsOptions) {
    super(store, 'websocket', definitions.WEBSOCKET_DEFINITIONS, options, OUTCOMES);
    this.gateways = new HandlesByKey(({ name }) => ({
      open: store.gauge(definitions.NESTJS_WEBSOCKET_CONNECTIONS).known({ gateway: name }),
      opened: store.counter(definitions.NESTJS_WEBSOCKET_CONNECTIONS_OPENED_TOTAL).known({ gateway: name }),
    }));
  }

  gatewayKnown(gateway: Gateway): void {
    this.gateways.of(gateway);
  }

  websocketOpened(gateway: Gateway): void {
    const { open, opened } = this.gateways.of(gateway);
    open.inc();
    opened.inc();
  }

  websocketClosed(gateway: Gateway): void {
    this.gateways.of(gateway).open.dec();
  }
}
