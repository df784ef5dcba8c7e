import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Gauge, register } from 'prom-client';

const NAME = 'kennel_food_grams';

/** A metric of prom-client that is read at each scrape, until the scale is broken. */
@Injectable()
export class FoodScale implements OnModuleInit, OnModuleDestroy {
  private readonly grams = new Gauge({
    name: NAME,
    help: 'Food in store.',
    // In the global registry only while the application runs.
    registers: [],
    collect: () => this.read(),
  });
  private isBroken = false;

  onModuleInit(): void {
    // Of an application of this process whose start has failed.
    register.removeSingleMetric(NAME);
    register.registerMetric(this.grams);
  }

  onModuleDestroy(): void {
    register.removeSingleMetric(NAME);
  }

  break(): void {
    this.isBroken = true;
  }

  private read(): void {
    if (this.isBroken) throw new Error('The scale is broken.');
    this.grams.set(120_000);
  }
}
