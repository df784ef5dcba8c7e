import { Controller, Get, Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../lib/capabilities/capabilities.js';
import { type Capability } from '../../lib/capabilities/capability.js';
import { boundedBy, defineCounter } from '../../lib/metrics/definition.js';
import { type EventName, type Listener } from '../../lib/observe/events.js';
import { type Sink } from '../../lib/observe/sink.js';
import { FLAG, GROUP_OR_OFF } from '../../lib/options/option-kinds.js';
import { readExposition } from '../support/exposition.js';
import { NestApp } from '../support/nest-app.js';

/** What somebody flies in the application: the subject of a capability that exists in this file only. */
@Injectable()
class Kites {
  private hear: (kite: string) => void = () => undefined;

  fly(kite: string): void {
    this.hear(kite);
  }

  follow(hear: (kite: string) => void): void {
    this.hear = hear;
  }
}

@Controller('kites')
class KitesController {
  constructor(private readonly kites: Kites) {}

  @Get()
  fly(): string {
    this.kites.fly('red');
    return 'flown';
  }
}

@Module({ providers: [Kites], controllers: [KitesController] })
class KitesModule {}

const KITES_FLOWN_TOTAL = defineCounter({
  name: 'kites_flown_total',
  help: 'Kites that were flown.',
  labels: { kite: boundedBy('the kites of this test') },
});

const KITES_IN_DJANGO_TOTAL = defineCounter({
  name: 'django_kites_total',
  help: 'Kites that were flown.',
});

interface KiteListener extends Listener {
  kiteFlown?(kite: string): void;
}

interface KiteOptions {
  readonly shout: boolean;
}

class KiteInstrumentation implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly kites: () => Kites | undefined,
    private readonly sink: Sink,
    private readonly options: KiteOptions,
  ) {}

  onModuleInit(): void {
    const listeners = this.sink.listeners as Required<KiteListener>;
    this.kites()?.follow((kite) =>
      this.sink.boundary.run('kites', () => {
        if (kite === 'torn') throw new Error('torn');
        listeners.kiteFlown(this.options.shout ? kite.toUpperCase() : kite);
      }),
    );
  }

  onApplicationShutdown(): void {
    this.kites()?.follow(() => undefined);
  }
}

const KITES: Capability<KiteOptions, undefined> = {
  part: 'kites',
  options: {
    name: 'kites',
    rules: [
      { option: 'kites', ...GROUP_OR_OFF },
      { option: 'kites.shout', ...FLAG, default: false },
    ],
  },
  events: ['kiteFlown' as EventName],
  conventions: {
    nest: {
      definitions: { KITES_FLOWN_TOTAL },
      feed({ store }) {
        const flown = store.counter(KITES_FLOWN_TOTAL);
        const listener: KiteListener = { kiteFlown: (kite) => flown.labels({ kite }).inc() };
        return { listener };
      },
    },
    django: {
      definitions: { KITES_IN_DJANGO_TOTAL },
      feed({ store }) {
        const flown = store.counter(KITES_IN_DJANGO_TOTAL).known({});
        const listener: KiteListener = { kiteFlown: () => flown.inc() };
        return { listener };
      },
    },
  },
  instrument: ({ modules }, sink, options) =>
    new KiteInstrumentation(
      () =>
        [...modules.values()].map(({ providers }) => providers.get(Kites)?.instance as Kites | undefined).find(Boolean),
      sink,
      options,
    ),
};

/** A capability of the library is one entry of this list. */
const list = CAPABILITIES as Capability[];
beforeAll(() => void list.push(KITES));
afterAll(() => void list.splice(list.indexOf(KITES), 1));

let app: NestApp | undefined;
afterEach(() => app?.close());

const start = async (kites?: unknown, metrics: PrometheusOptions = {}) =>
  (app = await NestApp.start('express', {
    imports: [KitesModule],
    metrics: { ...metrics, ...(kites !== undefined && { kites }) } as PrometheusOptions,
  }));

describe('a capability that is added to the list', () => {
  it('is observed and published, and its errors have their part', async () => {
    const { app: nest } = await start();
    await app!.send('/kites');
    nest.get(Kites).fly('torn');
    const metrics = await app!.scrapeUnchecked();
    expect(metrics.value('kites_flown_total', { kite: 'red' })).toBe(1);
    expect(metrics.value('nestjs_metrics_errors_total', { part: 'kites' })).toBe(1);
  });

  it.each<[PrometheusOptions['naming'], readonly string[]]>([
    [undefined, ['kites_flown_total']],
    ['nest', ['kites_flown_total']],
    ['django', ['django_kites_total']],
    ['otel', []],
    [
      ['nest', 'django'],
      ['kites_flown_total', 'django_kites_total'],
    ],
  ])('is published under the naming %o, once, and the runtime and the library under each', async (naming, names) => {
    await start(undefined, { runtimeMetrics: true, ...(naming !== undefined && { naming }) });
    await app!.send('/kites');
    const metrics = await app!.scrape();
    expect(metrics.names.filter((name) => name.includes('kites_'))).toEqual(names);
    for (const name of names) expect(metrics.sum(name)).toBe(1);
    expect(metrics.names).toEqual(expect.arrayContaining(['process_start_time_seconds', 'nestjs_metrics_info']));
  });

  it('has its part of errors at zero from boot', async () => {
    await start();
    expect((await app!.scrape()).value('nestjs_metrics_errors_total', { part: 'kites' })).toBe(0);
  });

  it('is a group that scrapes can ask for', async () => {
    await start();
    const asked = async (query: string) => {
      const { bytes } = await app!.send(`/metrics?${query}`);
      return [...readExposition(bytes, 'text').families.keys()];
    };
    expect(await asked('collect[]=kites')).toEqual(['kites_flown_total']);
    expect(await asked('exclude[]=kites')).toContain('nestjs_http_requests_total');
    expect(await asked('exclude[]=kites')).not.toContain('kites_flown_total');
  });

  it('has its options', async () => {
    await start({ shout: true });
    await app!.send('/kites');
    expect((await app!.scrape()).value('kites_flown_total', { kite: 'RED' })).toBe(1);
  });

  it('has its options checked with all others', async () => {
    await expect(start({ shout: 'loud', height: 3 })).rejects.toThrow(
      /Expected only known options, got `kites.height`: use one of kites.shout.[^]*Expected `kites.shout` to be true or false, got 'loud'/,
    );
  });

  it('is switched off by its option', async () => {
    await start(false);
    await app!.send('/kites');
    expect((await app!.scrape()).sum('kites_flown_total')).toBe(0);
    expect((await app!.send('/metrics')).body).not.toContain('kites_flown_total');
  });

  it('is heard by listeners of the application', async () => {
    const heard: string[] = [];
    const listener: KiteListener = { kiteFlown: (kite) => void heard.push(kite) };
    app = await NestApp.start('express', { imports: [KitesModule], metrics: { listeners: [listener] } });
    await app.send('/kites');
    expect(heard).toEqual(['red']);
  });

  it('is put back at the end', async () => {
    const { app: nest } = await start();
    const kites = nest.get(Kites);
    await app!.close();
    app = undefined;
    expect(() => kites.fly('torn')).not.toThrow();
  });
});
