import { Controller, Get, Inject, Injectable, Scope } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Counted,
  defineCounter,
  InjectMetric,
  type MetricOf,
  MetricStore,
  PrometheusModule,
} from 'nestjs-prometheus-exporter';
import { snapshot } from 'nestjs-prometheus-exporter/testing';
import { expect, it } from 'vitest';

const SHOP_PARCELS_TOTAL = defineCounter({ name: 'shop_parcels_total', help: 'Parcels sent.' });

const PARCELS = Symbol('the parcels');

@Injectable({ scope: Scope.REQUEST })
class Parcels {
  constructor(@InjectMetric(SHOP_PARCELS_TOTAL) readonly parcels: MetricOf<typeof SHOP_PARCELS_TOTAL>) {}

  @Counted()
  send(): string {
    this.parcels.labels({}).inc();
    return 'sent';
  }
}

@Controller()
class ParcelsController {
  constructor(@Inject(PARCELS) private readonly parcels: Parcels) {}

  @Get()
  send() {
    return this.parcels.send();
  }
}

// Nest says with null that a class asks for nothing as a factory does, and the class was taken for a factory.
it('a class in the place of a factory has its metrics at zero from boot', async () => {
  const testing = Test.createTestingModule({
    imports: [PrometheusModule.forRoot({ registry: false })],
    controllers: [ParcelsController],
    providers: [{ provide: PARCELS, useFactory: () => undefined }],
  });
  const module = await testing.overrideProvider(PARCELS).useClass(Parcels).compile();
  try {
    await module.init();
    const metrics = await snapshot(module.get(MetricStore));
    expect(metrics.value('shop_parcels_total')).toBe(0);
    expect(metrics.value('nestjs_method_calls_total', { class: 'Parcels', method: 'send', outcome: 'success' })).toBe(
      0,
    );
  } finally {
    await module.close();
  }
});
