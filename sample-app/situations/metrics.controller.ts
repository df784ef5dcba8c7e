import { Controller, DefaultValuePipe, Get, Post, Query } from '@nestjs/common';
import { InjectMetric, MetricEvents, type MetricOf } from 'nestjs-prometheus-exporter';
import { KENNEL_BARKS_TOTAL } from './barks.metrics.js';
import { FoodScale } from './food-scale.js';

const DEAF_ROUTE = '/deaf-listener';

/** Mistakes in the code for metrics, on request. They do not affect the answers of the application. */
@Controller()
export class MetricsController {
  constructor(
    @InjectMetric(KENNEL_BARKS_TOTAL) private readonly barks: MetricOf<typeof KENNEL_BARKS_TOTAL>,
    private readonly scale: FoodScale,
    events: MetricEvents,
  ) {
    events.listen({
      requestAnswered: ({ route }) => {
        if (route.template === DEAF_ROUTE) throw new Error('This listener cannot hear.');
      },
    });
  }

  @Get('bark')
  bark(@Query('dog', new DefaultValuePipe('Rex')) dog: string): string {
    this.barks.labels({ dog }).inc();
    return `${dog} barks.\n`;
  }

  /** A listener of `MetricEvents` throws after the answer. */
  @Get(DEAF_ROUTE)
  deafListener(): string {
    return 'The request is answered, and a listener fails.\n';
  }

  /** From now on, the collector of `kennel_food_grams` throws at each scrape. */
  @Post('break-scale')
  breakScale(): string {
    this.scale.break();
    return 'The scale is broken.\n';
  }
}
