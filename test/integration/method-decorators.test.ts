import {
  applyDecorators,
  type CanActivate,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Injectable,
  Module,
  Param,
  Post,
  Scope,
  SetMetadata,
  Sse,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Counted, defineCounter, defineHistogram, oneOf, PrometheusModule, Timed } from 'nestjs-prometheus-exporter';
import { delay, map, type Observable, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { NestApp, PLATFORMS } from '../support/nest-app.js';

const SHOP_LOOKUP_DURATION_SECONDS = defineHistogram({
  name: 'shop_lookup_duration_seconds',
  help: 'Time that a lookup took.',
  unit: 'seconds',
  labels: { kind: oneOf('local', 'remote'), outcome: oneOf('success', 'error') },
  buckets: [0.01, 1],
});
const SHOP_LOOKUPS_TOTAL = defineCounter({ name: 'shop_lookups_total', help: 'Lookups.' });

@Injectable()
class Kennel {
  readonly name = 'Rex';

  @Timed()
  @Counted()
  find(id: string): string {
    if (id === 'failing') throw new Error('failing');
    return `${this.name} ${id}`;
  }

  @Timed()
  async findLater(id: string): Promise<string> {
    await Promise.resolve();
    return this.find(id);
  }

  @Counted()
  watch(id: string): Observable<string> {
    return id === 'failing' ? throwError(() => new Error('failing')) : of(this.name, id).pipe(delay(1));
  }

  @Timed(SHOP_LOOKUP_DURATION_SECONDS, { kind: 'remote' })
  @Counted(SHOP_LOOKUPS_TOTAL)
  lookup(): string {
    return 'found';
  }
}

@Injectable()
class Poodles extends Kennel {}

@Injectable({ scope: Scope.REQUEST })
class Walk {
  @Counted()
  start(): string {
    return 'started';
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class Leash {
  @Counted()
  take(): string {
    return 'taken';
  }
}

class Made {
  @Counted()
  use(): string {
    return 'used';
  }
}

@Injectable()
class CountedGuard implements CanActivate {
  @Counted()
  canActivate(): boolean {
    return true;
  }
}

/** Both before and after the decorators of Nest, several of which say what the route is. */
@Controller('kennel')
class KennelController {
  constructor(@Inject(Kennel) private readonly kennel: Kennel) {}

  @Timed()
  @Get('sync/:id')
  @HttpCode(202)
  @Header('x-kennel', 'yes')
  sync(@Param('id') id: string) {
    return this.kennel.find(id);
  }

  @Post('later/:id')
  @UseGuards(CountedGuard)
  @Counted()
  @Timed()
  later(@Param('id') id: string) {
    return this.kennel.findLater(id);
  }

  @Get('watch/:id')
  watch(@Param('id') id: string) {
    return this.kennel.watch(id);
  }

  @Counted()
  @Sse('events')
  @Timed()
  events() {
    return of('a', 'b').pipe(map((data) => ({ data })));
  }
}

/** Made for every request, as what it depends on. */
@Controller('kennel')
class OthersController {
  constructor(
    @Inject(Kennel) private readonly kennel: Kennel,
    @Inject(Poodles) private readonly poodles: Poodles,
    @Inject(Walk) private readonly walk: Walk,
    @Inject(Leash) private readonly leash: Leash,
    @Inject('MADE') private readonly made: Made,
  ) {}

  @Get('others')
  @Timed()
  others() {
    this.poodles.find('1');
    this.kennel.lookup();
    return [this.walk.start(), this.leash.take(), this.made.use()].join(' ');
  }
}

@Module({
  controllers: [KennelController, OthersController],
  providers: [Kennel, Poodles, Walk, Leash, CountedGuard, { provide: 'MADE', useFactory: () => new Made() }],
})
class KennelModule {}

const SECONDS = 'nestjs_method_duration_seconds_count';
const CALLS = 'nestjs_method_calls_total';

describe.each(PLATFORMS)('decorated methods on %s', (platform) => {
  async function withApp(test: (app: NestApp) => Promise<void>) {
    const app = await NestApp.start(platform, { imports: [KennelModule] });
    try {
      await test(app);
    } finally {
      await app.close();
    }
  }

  it('keep their routes, parameters, guards, statuses and headers', () =>
    withApp(async (app) => {
      const sync = await app.send('/kennel/sync/1');
      expect(sync).toMatchObject({ status: 202, body: 'Rex 1' });
      expect(sync.headers['x-kennel']).toBe('yes');
      expect(await app.send({ method: 'POST', path: '/kennel/later/2' })).toMatchObject({ status: 201, body: 'Rex 2' });
      expect((await app.send('/kennel/events')).body).toContain('data: b');
      expect((await app.send('/kennel/sync/failing')).status).toBe(500);
      const metrics = await app.settled();
      expect(
        metrics.value('nestjs_http_requests_total', { method: 'GET', route: '/kennel/sync/:id', status: '202' }),
      ).toBe(1);
    }));

  it('stand at zero, those of request-scoped classes too', () =>
    withApp(async (app) => {
      const metrics = await app.settled();
      for (const outcome of ['success', 'error']) {
        expect(metrics.value(CALLS, { class: 'Walk', method: 'start', outcome })).toBe(0);
        expect(metrics.value(CALLS, { class: 'Poodles', method: 'find', outcome })).toBe(0);
        expect(metrics.value(CALLS, { class: 'Made', method: 'use', outcome })).toBe(0);
        expect(metrics.value(SECONDS, { class: 'KennelController', method: 'sync', outcome })).toBe(0);
        expect(metrics.value('shop_lookup_duration_seconds_count', { kind: 'remote', outcome })).toBe(0);
      }
      expect(metrics.value('shop_lookups_total', {})).toBe(0);
    }));

  it('are measured whatever they return', () =>
    withApp(async (app) => {
      const change = await app.changes(async () => {
        for (const id of ['1', 'failing']) {
          await app.send(`/kennel/sync/${id}`);
          await app.send({ method: 'POST', path: `/kennel/later/${id}` });
          await app.send(`/kennel/watch/${id}`);
        }
        await app.send('/kennel/events');
      });
      for (const outcome of ['success', 'error']) {
        const ofKennel = (name: string, method: string) => change.value(name, { class: 'Kennel', method, outcome });
        expect(ofKennel(SECONDS, 'find'), outcome).toBe(2);
        expect(ofKennel(CALLS, 'find'), outcome).toBe(2);
        expect(ofKennel(SECONDS, 'findLater'), outcome).toBe(1);
        expect(ofKennel(CALLS, 'watch'), outcome).toBe(1);
        expect(change.value(SECONDS, { class: 'KennelController', method: 'later', outcome })).toBe(1);
        expect(change.value(CALLS, { class: 'KennelController', method: 'later', outcome })).toBe(1);
      }
      expect(change.value(CALLS, { class: 'KennelController', method: 'events', outcome: 'success' })).toBe(1);
      expect(change.value(CALLS, { class: 'CountedGuard', method: 'canActivate', outcome: 'success' })).toBe(2);
    }));

  it('are measured in classes of every scope, inherited and made by factories', () =>
    withApp(async (app) => {
      const change = await app.changes(async () => {
        expect((await app.send('/kennel/others')).body).toBe('started taken used');
        await app.send('/kennel/others');
      });
      const calls = (name: string, method: string) => change.value(CALLS, { class: name, method, outcome: 'success' });
      expect(change.value(SECONDS, { class: 'OthersController', method: 'others', outcome: 'success' })).toBe(2);
      expect(calls('Walk', 'start')).toBe(2);
      expect(calls('Leash', 'take')).toBe(2);
      expect(calls('Made', 'use')).toBe(2);
      expect(calls('Poodles', 'find')).toBe(2);
      expect(change.sum(CALLS, { class: 'Kennel', method: 'find' })).toBe(0);
      expect(change.value('shop_lookups_total', {})).toBe(2);
      expect(change.value('shop_lookup_duration_seconds_count', { kind: 'remote', outcome: 'success' })).toBe(2);
    }));

  it('count apart in two applications, and not at all after the end', async () => {
    const [one, other] = [
      await NestApp.start(platform, { imports: [KennelModule] }),
      await NestApp.start(platform, { imports: [KennelModule] }),
    ];
    await one.send('/kennel/others');
    expect((await one.settled()).sum(CALLS, { class: 'Walk' })).toBe(1);
    expect((await other.settled()).sum(CALLS)).toBe(0);
    const kennel = one.app.get(Kennel);
    await one.close();
    expect(kennel.find('1')).toBe('Rex 1');
    await other.send('/kennel/others');
    expect((await other.settled()).sum(CALLS, { class: 'Walk' })).toBe(1);
    await other.close();
  });

  it('of a value count in the application that runs, one after the other', async () => {
    const value = new Made();
    for (let round = 1; round <= 2; round += 1) {
      const app = await NestApp.start(platform, { providers: [{ provide: Made, useValue: value }] });
      app.app.get(Made).use();
      expect((await app.settled()).sum(CALLS, { class: 'Made' }), `round ${round}`).toBe(1);
      await app.close();
    }
  });

  it('are not there in an application that has none', async () => {
    const app = await NestApp.start(platform);
    expect((await app.settled()).families.has(CALLS)).toBe(false);
    await app.close();
  });

  it('just run without the module', async () => {
    const app = await NestApp.start(platform, { imports: [KennelModule], metrics: false });
    expect((await app.send('/kennel/others')).body).toBe('started taken used');
    expect((await app.send('/kennel/sync/1')).status).toBe(202);
    await app.close();
  });
});

describe('decorated methods', () => {
  it('may be those of what the options come from', async () => {
    @Injectable()
    class Settings {
      @Counted()
      path() {
        return false as const;
      }
    }
    @Module({ providers: [Settings], exports: [Settings] })
    class SettingsModule {}
    @Module({
      imports: [
        PrometheusModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: (settings: Settings) => ({ runtimeMetrics: settings.path(), registry: false }),
        }),
      ],
    })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
    expect(app.get(Settings).path()).toBe(false);
    await app.close();
  });

  it('just run where a test mocks every dependency', async () => {
    const module = await Test.createTestingModule({ providers: [Kennel] })
      .useMocker(() => ({}))
      .compile();
    expect(module.get(Kennel).find('1')).toBe('Rex 1');
    await module.close();
  });

  it('stop the boot when two definitions have one name', async () => {
    @Injectable()
    class Clashing {
      @Counted(defineCounter({ name: 'nestjs_http_requests_total', help: 'Taken.' }))
      run() {
        return 1;
      }
    }
    const app = NestApp.start('express', { providers: [Clashing] });
    await expect(app).rejects.toThrow('Expected one definition of nestjs_http_requests_total');
  });

  it('keep what composed decorators of others leave', () => {
    const Composed = () => applyDecorators(SetMetadata('first', 1), Timed(), SetMetadata('last', 2));
    class Decorated {
      @Composed()
      run() {
        return 1;
      }
    }
    const run: unknown = Object.getOwnPropertyDescriptor(Decorated.prototype, 'run')?.value;
    expect(['first', 'last'].map((key): unknown => Reflect.getMetadata(key, run as object))).toEqual([1, 2]);
  });
});
