import { Controller, Get, Inject, Injectable, Scope } from '@nestjs/common';
import {
  Counted,
  defineCounter,
  defineGauge,
  defineHistogram,
  InjectMetric,
  type MetricOf,
  MetricStore,
  oneOf,
} from 'nestjs-prometheus-exporter';
import { describe, expect, it } from 'vitest';
import { NestApp, PLATFORMS } from '../support/nest-app.js';

const KIND = oneOf('retail', 'wholesale');
const ORDERS = defineCounter({ name: 'shop_orders_total', help: 'Orders.', labels: { kind: KIND } });
const VALUES = defineHistogram({ name: 'shop_value', help: 'Euros.', buckets: [1], labels: { kind: KIND } });
const RETURNS = defineCounter({ name: 'shop_returns_total', help: 'Returned.', labels: { kind: KIND } });
const CARTS = defineGauge({ name: 'shop_carts', help: 'Open carts.', labels: { kind: KIND } });
const SALES = defineCounter({
  name: 'shop_sales_total',
  help: 'Sales.',
  labels: { kind: KIND, outcome: oneOf('success', 'error') },
});

@Injectable()
class Orders {
  constructor(
    @InjectMetric(ORDERS) readonly orders: MetricOf<typeof ORDERS>,
    @InjectMetric(CARTS) readonly carts: MetricOf<typeof CARTS>,
  ) {}

  @Counted(SALES, { kind: 'retail' })
  sell(): void {}
}

/** Made with the first request. */
@Injectable({ scope: Scope.REQUEST })
class Values {
  @InjectMetric(VALUES) readonly values!: MetricOf<typeof VALUES>;

  constructor(@InjectMetric(RETURNS) readonly returns: MetricOf<typeof RETURNS>) {}
}

@Controller()
class OrdersController {
  constructor(
    @Inject(Orders) private readonly orders: Orders,
    @Inject(Values) private readonly values: Values,
  ) {}

  @Get('order')
  order(): string {
    this.orders.sell();
    this.orders.orders.labels({ kind: 'retail' }).inc();
    this.values.values.labels({ kind: 'retail' }).observe(1);
    return 'ordered';
  }
}

const ZEROS = ['shop_orders_total', 'shop_value_count', 'shop_returns_total', 'shop_sales_total'] as const;

describe.each(PLATFORMS)('on %s, metrics of the application whose labels are all closed', (platform) => {
  it('stand at zero before the first request, those of request-scoped classes too', async () => {
    const app = await NestApp.start(platform, { controllers: [OrdersController], providers: [Orders, Values] });
    try {
      const before = await app.scrape();
      for (const name of ZEROS) {
        expect(
          before.value(
            name,
            name === 'shop_sales_total' ? { kind: 'wholesale', outcome: 'error' } : { kind: 'wholesale' },
          ),
        ).toBe(0);
        expect(before.sum(name)).toBe(0);
      }
      expect(before.series('shop_carts')).toEqual([]);
      await app.send('/order');
      const after = await app.scrape();
      expect(after.value('shop_orders_total', { kind: 'retail' })).toBe(1);
      expect(after.value('shop_value_count', { kind: 'retail' })).toBe(1);
      expect(after.value('shop_sales_total', { kind: 'retail', outcome: 'success' })).toBe(1);
      expect(after.series('shop_orders_total')).toHaveLength(2);
    } finally {
      await app.close();
    }
  });

  it('can be removed, and a decorated method counts anew', async () => {
    const app = await NestApp.start(platform, { controllers: [OrdersController], providers: [Orders, Values] });
    try {
      await app.send('/order');
      const store = app.app.get(MetricStore);
      expect(store.counter(SALES).remove({ kind: 'retail' })).toBe(2);
      expect((await app.scrape()).series('shop_sales_total', { kind: 'retail' })).toEqual([]);
      await app.send('/order');
      const metrics = await app.scrape();
      expect(metrics.value('shop_sales_total', { kind: 'retail', outcome: 'success' })).toBe(1);
      expect(metrics.value('nestjs_metrics_series', { metric: 'shop_sales_total' })).toBe(3);
    } finally {
      await app.close();
    }
  });
});
