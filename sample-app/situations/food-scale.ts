import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Gauge, register } from 'prom-client';

const NAME = 'kennel_food_kilograms';

/** A metric of prom-client that is read at each scrape, until the scale is broken. */
@Injectable()
export class FoodScale implements OnModuleInit, OnModuleDestroy {
  private isBroken = false;

  onModuleInit(): void {
    const read = () => this.read();
    // The tests start several applications in one process, and the registry of prom-client is global.
    register.removeSingleMetric(NAME);
    new Gauge({
      name: NAME,
      help: 'Food in store.',
      collect: function collect() {
        this.set(read());
      },
    });
  }

  onModuleDestroy(): void {
    register.removeSingleMetric(NAME);
  }

  break(): void {
    this.isBroken = true;
  }

  private read(): number {
    if (this.isBroken) throw new Error('The scale is broken.');
    return 120;
  }
}
