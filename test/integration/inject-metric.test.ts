import { Controller, Get, Inject, Injectable, Module, Scope, type Type } from '@nestjs/common';
import { LazyModuleLoader, ModulesContainer, NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  type CounterDefinition,
  defineCounter,
  defineGauge,
  defineHistogram,
  getMetricToken,
  InjectMetric,
  type MetricOf,
  MetricStore,
  oneOf,
  PrometheusModule,
} from 'nestjs-prometheus-exporter';
import { describe, expect, it } from 'vitest';
import { engineOf } from '../../lib/metrics/store.js';
import { NestApp, PLATFORMS } from '../support/nest-app.js';

const SHOP_ORDERS_TOTAL = defineCounter({
  name: 'shop_orders_total',
  help: 'Orders placed.',
  labels: { kind: oneOf('retail', 'wholesale') },
});
const SHOP_OPEN_CARTS = defineGauge({ name: 'shop_open_carts', help: 'Carts that are open.' });
const SHOP_ORDER_VALUE = defineHistogram({ name: 'shop_order_value', help: 'Euros of an order.', buckets: [1, 10] });

@Injectable()
class Orders {
  @InjectMetric(SHOP_OPEN_CARTS) private readonly carts!: MetricOf<typeof SHOP_OPEN_CARTS>;

  constructor(@InjectMetric(SHOP_ORDERS_TOTAL) readonly orders: MetricOf<typeof SHOP_ORDERS_TOTAL>) {}

  place(): string {
    this.orders.labels({ kind: 'retail' }).inc();
    this.carts.labels({}).set(7);
    return 'placed';
  }
}

@Injectable({ scope: Scope.REQUEST })
class OrderValues {
  constructor(@InjectMetric(SHOP_ORDER_VALUE) readonly values: MetricOf<typeof SHOP_ORDER_VALUE>) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class Transient {
  constructor(@InjectMetric(SHOP_ORDERS_TOTAL) readonly orders: MetricOf<typeof SHOP_ORDERS_TOTAL>) {}
}

@Controller()
class OrdersController {
  constructor(
    @Inject(Orders) private readonly orders: Orders,
    @Inject(Transient) private readonly transient: Transient,
  ) {}

  @Get('place')
  place() {
    this.transient.orders.labels({ kind: 'wholesale' }).inc();
    return this.orders.place();
  }
}

@Controller()
class ValuesController {
  constructor(@Inject(OrderValues) private readonly values: OrderValues) {}

  @Get('value')
  value() {
    this.values.values.labels({}).observe(5);
    return 'value';
  }
}

@Module({
  controllers: [OrdersController, ValuesController],
  providers: [Orders, OrderValues, Transient],
})
class OrdersModule {}

describe.each(PLATFORMS)('@InjectMetric on %s', (platform) => {
  it.each(['NestFactory', 'Test'] as const)('injects metrics of every kind, with %s', async (madeBy) => {
    const app = await NestApp.start(platform, { imports: [OrdersModule], madeBy });
    await app.send('/place');
    await app.send('/value');
    await app.send('/value');
    const metrics = await app.settled();
    expect(metrics.value('shop_orders_total', { kind: 'retail' })).toBe(1);
    expect(metrics.value('shop_orders_total', { kind: 'wholesale' })).toBe(1);
    expect(metrics.value('shop_open_carts', {})).toBe(7);
    expect(metrics.value('shop_order_value_count', {})).toBe(2);
    await app.close();
  });

  it('gives each application its own, and none to who does not ask', async () => {
    const one = await NestApp.start(platform, { imports: [OrdersModule] });
    const other = await NestApp.start(platform, { imports: [OrdersModule] });
    const third = await NestApp.start(platform);
    await one.send('/place');
    expect((await one.settled()).sum('shop_orders_total')).toBe(1 + 1);
    expect((await other.settled()).sum('shop_orders_total')).toBe(0);
    expect((await third.settled()).families.has('shop_orders_total')).toBe(false);
    await Promise.all([one.close(), other.close(), third.close()]);
  });

  it('finds definitions that are decorated after forRoot(), in a module behind a promise', async () => {
    const metrics = PrometheusModule.forRoot({ registry: false, runtimeMetrics: false });
    const late = Promise.resolve().then(() => ({ module: OrdersModule, ...lateModule('shop_late_total') }));
    const app = await NestApp.start(platform, { metrics: false, imports: [metrics, late] });
    await app.send('/place');
    expect((await app.settled()).value('shop_late_total', {})).toBe(0);
    await app.close();
  });

  it('works in lazily loaded modules', async () => {
    const app = await NestApp.start(platform, { imports: [OrdersModule] });
    const { providers } = lateModule('shop_lazy_total');
    const [Late] = providers;
    @Module({ providers })
    class LazyModule {}
    const loaded = await app.app.get(LazyModuleLoader).load(() => LazyModule);
    const { late }: { late: MetricOf<CounterDefinition<Record<never, never>>> } = loaded.get(Late);
    late.labels({}).inc();
    expect((await app.settled()).value('shop_lazy_total', {})).toBe(1);
    await app.close();
  });
});

describe('after the end of an application', () => {
  it('nothing that is decorated later reaches it', async () => {
    const app = await NestApp.start('express', { imports: [OrdersModule] });
    const modules = [...app.app.get(ModulesContainer).values()];
    const has = (token: symbol) => modules.some(({ providers, exports }) => providers.has(token) || exports.has(token));
    expect(has(getMetricToken(defineCounter({ name: 'shop_during_total', help: 'While it runs.' })))).toBe(true);
    await app.close();
    expect(has(getMetricToken(defineCounter({ name: 'shop_after_total', help: 'After it.' })))).toBe(false);
  });
});

/** A provider whose definition nobody knew when this file was loaded. */
function lateModule(name: string): { readonly providers: [Type] } {
  const definition = defineCounter({ name, help: 'Late.' });
  @Injectable()
  class Late {
    constructor(@InjectMetric(definition) readonly late: MetricOf<typeof definition>) {
      late.labels({});
    }
  }
  return { providers: [Late] };
}

describe('@InjectMetric', () => {
  it('needs no module where the metric is handed over', () => {
    const store = new MetricStore();
    const transient = new Transient(store.counter(SHOP_ORDERS_TOTAL));
    transient.orders.labels({ kind: 'retail' }).inc();
    expect(engineOf(store).families).toHaveLength(1);
  });

  it('has a token for modules in tests', async () => {
    const orders = new MetricStore().counter(SHOP_ORDERS_TOTAL);
    const module = await Test.createTestingModule({
      providers: [Transient, { provide: getMetricToken(SHOP_ORDERS_TOTAL), useValue: orders }],
    }).compile();
    expect((await module.resolve(Transient)).orders).toBe(orders);
    await module.close();
  });

  it('stops the boot when two definitions have one name', async () => {
    @Module({ imports: [PrometheusModule.forRoot({ registry: false })], ...lateModule('shop_orders_total') })
    class Clashing {}
    @Module({ imports: [Clashing, OrdersModule] })
    class App {}
    const made = NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
    await expect(made).rejects.toThrow('Expected one definition of shop_orders_total');
  });
});
