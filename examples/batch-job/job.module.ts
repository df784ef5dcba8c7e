import { Injectable, Module } from '@nestjs/common';
import { defineCounter, defineGauge, InjectMetric, type MetricOf, PrometheusModule } from 'nestjs-prometheus-exporter';

const { PUSHGATEWAY_URL = 'http://localhost:9091' } = process.env;

const KENNEL_DOGS_WASHED_TOTAL = defineCounter({ name: 'kennel_dogs_washed_total', help: 'Dogs that were washed.' });

const KENNEL_WASH_LAST_SUCCESS_TIMESTAMP_SECONDS = defineGauge({
  name: 'kennel_wash_last_success_timestamp_seconds',
  help: 'When the job last washed all its dogs, in Unix time.',
  unit: 'seconds',
});

@Injectable()
export class WashJob {
  constructor(
    @InjectMetric(KENNEL_DOGS_WASHED_TOTAL) private readonly washed: MetricOf<typeof KENNEL_DOGS_WASHED_TOTAL>,
    @InjectMetric(KENNEL_WASH_LAST_SUCCESS_TIMESTAMP_SECONDS)
    private readonly succeededAt: MetricOf<typeof KENNEL_WASH_LAST_SUCCESS_TIMESTAMP_SECONDS>,
  ) {}

  run(dogs: readonly string[]): void {
    for (const dog of dogs) {
      if (dog === 'cat') throw new Error('This is not a dog.');
      this.washed.labels({}).inc();
    }
    this.succeededAt.labels({}).set(Date.now() / 1000);
  }
}

@Module({
  imports: [PrometheusModule.forRoot({ push: { url: PUSHGATEWAY_URL, job: 'wash' } })],
  providers: [WashJob],
})
export class JobModule {}
