import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Module } from '@nestjs/common';
import { PrometheusModule } from 'nestjs-prometheus-exporter';

const { METRICS_DIRECTORY = join(tmpdir(), 'replicas-example-metrics'), METRICS_PORT = '9464' } = process.env;

@Controller('hello')
class HelloController {
  @Get()
  hello(): string {
    return `Hello from process ${process.pid}`;
  }
}

@Module({
  imports: [
    PrometheusModule.forRoot({
      processes: { directory: METRICS_DIRECTORY },
      server: { port: Number(METRICS_PORT) },
    }),
  ],
  controllers: [HelloController],
})
export class AppModule {}
