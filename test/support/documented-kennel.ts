import { SchedulerRegistry } from '@nestjs/schedule';
import { type Cache, CACHE_MANAGER } from '@nestjs/cache-manager';
import { Controller, Get, type INestApplication, Injectable, Module, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { getToken } from '@willsoto/nestjs-prometheus';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Counted, Timed } from 'nestjs-prometheus-exporter';
import { type Counter } from 'prom-client';
import { AppModule } from '../../sample-app/app.module.js';
import { DoorsModule } from '../../sample-app/doors/doors.module.js';
import { answerMessages } from '../../sample-app/doors/messages.module.js';
import { NAMINGS } from '../../lib/catalogue/naming.js';
import { readExposition } from './exposition.js';
import { freePortsInARow } from './free-ports.js';
import { closedPort } from './outgoing-server.js';
import { listen } from './listen.js';
import {
  missingDefaultMetrics,
  OpenTelemetryMetrics,
  UNCOUNTED,
  useExpressPromBundle,
  willsotoModule,
} from './old-packages.js';
import { waitUntil } from './wait-until.js';

const VIEWS = fileURLToPath(new URL('../../sample-app/views', import.meta.url));

@Injectable()
class Kitchen {
  @Timed()
  @Counted()
  cook(isBurned: boolean): string {
    if (isBurned) throw new Error('The food has burned.');
    return 'food';
  }
}

/** Sends requests to other hosts: one that answers, which is the application itself, and one on which nobody listens. */
@Controller()
class WeatherController {
  private readonly nowhere = closedPort();

  @Get('weather')
  async ask(@Req() { socket }: IncomingMessage): Promise<string> {
    await (await fetch(`http://127.0.0.1:${socket.localPort}/hello`)).text();
    await fetch(`http://127.0.0.1:${await this.nowhere}`).catch(() => undefined);
    return 'rain';
  }
}

/**
 * The sample application with every metric of the catalogue, under every naming convention, and beside it the packages
 * that the migration guides are about. They see the same requests.
 */
export class DocumentedKennel {
  /** @param queueUrl of a Redis for the queue */
  static async start(databaseUrl: string, queueUrl: string): Promise<DocumentedKennel> {
    const openTelemetry = new OpenTelemetryMetrics();
    const app = await createApp(databaseUrl, queueUrl);
    app.use(openTelemetry.middleware);
    useExpressPromBundle(app);
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    const port = (app.getHttpServer() as Server).address() as AddressInfo;
    const kennel = new DocumentedKennel(app, port.port, openTelemetry);
    await listen(kennel.everything);
    return kennel;
  }

  /** Serves all metrics together, so that the old and the new ones are scraped at the same moment. */
  private readonly everything = createServer((_, response) => {
    void this.text().then(
      (text) => response.end(text),
      (error: Error) => response.writeHead(500).end(error.stack),
    );
  });

  private constructor(
    private readonly app: INestApplication,
    readonly port: number,
    private readonly openTelemetry: OpenTelemetryMetrics,
  ) {}

  get target(): string {
    return `127.0.0.1:${(this.everything.address() as AddressInfo).port}`;
  }

  /** A miss, a write, a hit and a delete. */
  async useCache(): Promise<void> {
    const cache = this.app.get<Cache>(CACHE_MANAGER);
    await cache.get('bone');
    await cache.set('bone', 'buried');
    await cache.get('bone');
    await cache.del('bone');
  }

  /** An order in the counter of the application. */
  order(): void {
    this.app.get<Counter<'kind'>>(getToken('orders_total')).inc({ kind: 'retail' });
  }

  /** One call of a decorated method that succeeds, and one that fails. */
  cook(): void {
    const kitchen = this.app.get(Kitchen);
    kitchen.cook(false);
    try {
      kitchen.cook(true);
    } catch {
      // As it should.
    }
  }

  /** One run of a schedule. */
  async feed(): Promise<void> {
    await this.app.get(SchedulerRegistry).getCronJob('feeding').fireOnTick();
  }

  /** Resolves when no request and no statement is in flight. */
  async becomeQuiet(): Promise<void> {
    await waitUntil('the application has nothing to do', async () => {
      const metrics = readExposition(await (await this.scrape()).text(), 'text');
      return metrics.sum('nestjs_http_requests_in_flight') === 0 && metrics.sum('typeorm_queries_in_flight') === 0;
    });
  }

  private scrape(): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}/metrics`, { headers: { accept: 'text/plain' } });
  }

  textOfOpenTelemetry(): Promise<string> {
    return this.openTelemetry.text();
  }

  private async text(): Promise<string> {
    const theirs = await this.openTelemetry.text();
    return [await (await this.scrape()).text(), theirs, await missingDefaultMetrics()].join('\n');
  }

  async close(): Promise<void> {
    this.everything.closeAllConnections();
    this.everything.close();
    (this.app.getHttpServer() as Server).closeAllConnections();
    await this.app.close();
    await this.openTelemetry.stop();
  }
}

async function createApp(databaseUrl: string, queueUrl: string): Promise<INestApplication> {
  const messagesPort = await freePortsInARow(1);
  const metrics = {
    http: { ignore: [UNCOUNTED], handlerDuration: true, queriesPerRequest: true, timeToFirstByte: true },
    naming: NAMINGS,
  };
  const kennel = AppModule.on(metrics, { type: 'postgres', url: databaseUrl }, {}, {}, 1, [
    DoorsModule.on(messagesPort, queueUrl),
  ]);
  @Module({ imports: [kennel, willsotoModule()], controllers: [WeatherController], providers: [Kitchen] })
  class DocumentedModule {}
  const options = { logger: false, abortOnError: false } as const;
  const app = await NestFactory.create<NestExpressApplication>(DocumentedModule, new ExpressAdapter(), options);
  answerMessages(app, messagesPort);
  app.setBaseViewsDir(VIEWS);
  app.setViewEngine('hbs');
  return app;
}
