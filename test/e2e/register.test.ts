import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Exposition, readExposition } from '../support/exposition.js';
import { freePortsInARow } from '../support/free-ports.js';
import { send } from '../support/http-client.js';
import { packLibrary } from '../support/installed-app.js';
import { PreloadedApp, type RunningApp, type Wanted } from '../support/preloaded-app.js';
import { waitUntil } from '../support/wait-until.js';

const STARTED = /Nest (?:application|microservice) successfully started/;
const tarball = packLibrary();

/** Nest says that it has started before it listens. */
async function get(port: number, path: string): Promise<Response> {
  return waitUntil(`port ${port} answers`, async () => fetch(`http://127.0.0.1:${port}${path}`));
}

/** The metrics of the application, from its own port. */
async function scrape({ metrics: [url] }: RunningApp): Promise<Exposition> {
  const { port, pathname } = new URL(String(url));
  return readExposition((await send(Number(port), { path: pathname })).bytes, 'text');
}

const APPS: readonly (Wanted & { readonly flag: '--import' | '--require'; readonly adapter: 'express' | 'fastify' })[] =
  [
    { nest: 12, type: 'esm', library: 'elsewhere', flag: '--import', adapter: 'express' },
    { nest: 12, type: 'cjs', library: 'beside', flag: '--require', adapter: 'fastify' },
    { nest: 11, type: 'esm', library: 'beside', flag: '--require', adapter: 'fastify' },
    { nest: 11, type: 'cjs', library: 'elsewhere', flag: '--import', adapter: 'express' },
  ];

describe.each(APPS)('a generated application, Nest $nest $type on $adapter, $flag, library $library', (wanted) => {
  let app: PreloadedApp;
  beforeAll(async () => {
    app = await PreloadedApp.generated(tarball, wanted);
    if (wanted.adapter === 'express') return;
    const main = readFileSync(join(app.folder, 'src/main.ts'), 'utf8');
    const adapter = "import { FastifyAdapter } from '@nestjs/platform-fastify';\n";
    app.compile('main', adapter + main.replace('create(AppModule)', 'create(AppModule, new FastifyAdapter())'));
  });
  afterAll(() => app.remove());
  afterEach(() => app.stop());

  it('is measured on a port of its own, and gets no route', async () => {
    const port = await freePortsInARow(1);
    const running = await app.start(wanted.flag, 'dist/main.js', STARTED, { PORT: String(port) });
    expect((await get(port, '/')).status).toBe(200);
    expect((await get(port, '/metrics')).status).toBe(404);
    await waitUntil('the request is counted', async () => {
      return (await scrape(running)).sum('nestjs_http_requests_total', { route: '/', status: '200' }) === 1;
    });
    const { version } = JSON.parse(
      readFileSync(join(app.folder, 'node_modules/@nestjs/core/package.json'), 'utf8'),
    ) as { readonly version: string };
    expect((await scrape(running)).sum('nestjs_metrics_info', { nest: version })).toBe(1);
    expect(running.output).not.toMatch(/warn/i);
  });
});

describe('register', () => {
  let app: PreloadedApp;
  beforeAll(async () => {
    app = await PreloadedApp.generated(tarball, { nest: 12, type: 'esm', library: 'beside' });
  });
  afterAll(() => app.remove());
  afterEach(() => app.stop());

  it('adds the route that is asked for, of options from a file and from variables', async () => {
    const port = await freePortsInARow(1);
    app.write('metrics.json', '{ "namespace": "file", "defaultLabels": { "app": "kennel" }, "server": false }');
    await app.start('--import', 'dist/main.js', STARTED, {
      PORT: String(port),
      PROMETHEUS_SERVER_PORT: 'tcp://10.0.0.1:9090',
      PROMETHEUS_CONFIG: 'metrics.json',
      PROMETHEUS_NAMESPACE: 'shop',
      PROMETHEUS_PATH: '/internal/metrics',
    });
    const text = await (await get(port, '/internal/metrics')).text();
    expect(text).toMatch(/^shop_nestjs_metrics_info\{.*app="kennel".*\} 1$/m);
  });

  it('stops the boot with a sentence for each wrong variable', async () => {
    const program = await app.runToEnd(['--import', app.register, 'dist/main.js'], {
      PROMETHEUS_SERVER_PORT: 'http',
      PROMETHEUS_HTTP_DURATION_BUKETS: '1',
    });
    expect(program.exitCode).toBe(1);
    expect(program.output).toContain('The options of PrometheusModule are not valid.');
    expect(program.output).toContain('- PROMETHEUS_SERVER_PORT: Expected `server.port` to be a port number');
    expect(program.output).toContain('did you mean PROMETHEUS_HTTP_DURATION_BUCKETS?');
    expect(program.output).not.toMatch(STARTED);
  });

  it('leaves an application alone that imports the module itself', async () => {
    const port = await freePortsInARow(1);
    app.compile(
      'own',
      `import { Module } from '@nestjs/common';
       import { NestFactory } from '@nestjs/core';
       import { PrometheusModule } from 'nestjs-prometheus-exporter';
       @Module({ imports: [Promise.resolve(PrometheusModule.forRootAsync({ path: '/own', useFactory: () => ({}) }))] })
       class MetricsModule {}
       @Module({ imports: [MetricsModule] })
       class RootModule {}
       const app = await NestFactory.create(RootModule);
       await app.listen(${port});`,
    );
    const running = await app.start('--import', 'dist/own.js', STARTED);
    expect(running.metrics).toEqual([]);
    const text = await (await get(port, '/own')).text();
    expect(text.match(/^nestjs_metrics_info/gm)).toHaveLength(1);
  });

  it('leaves an application alone whose Nest is older than the library needs, and says so', async () => {
    const port = await freePortsInARow(1);
    app.compile(
      'older',
      `import { Module } from '@nestjs/common';
       import { HttpAdapterHost, NestFactory } from '@nestjs/core';
       delete HttpAdapterHost.prototype.init$; // Nest 11.1.3 does not have it.
       @Module({})
       class RootModule {}
       const app = await NestFactory.create(RootModule);
       await app.listen(${port});`,
    );
    const running = await app.start('--import', 'dist/older.js', STARTED);
    expect((await get(port, '/')).status).toBe(404);
    expect(running.output).toContain(
      'nestjs-prometheus-exporter needs Nest 11.1.4 or newer, and the application has 12.',
    );
    expect(running.metrics).toEqual([]);
  });

  it('measures microservices and applications without a server, and leaves the root module as it was', async () => {
    app.compile(
      'contexts',
      `import 'reflect-metadata';
       import { Module } from '@nestjs/common';
       import { NestFactory } from '@nestjs/core';
       class Greeting {}
       @Module({ providers: [Greeting] })
       class RootModule {}
       const before = JSON.stringify(Reflect.getMetadataKeys(RootModule));
       const [context, microservice, dynamic] = await Promise.all([
         NestFactory.createApplicationContext(RootModule),
         NestFactory.createMicroservice(RootModule, { options: { port: 0 } }),
         NestFactory.createApplicationContext({ module: RootModule, providers: [] }),
       ]);
       await microservice.listen();
       for (const app of [context, microservice, dynamic]) app.get(Greeting);
       for (const app of [context, microservice]) app.select(RootModule).get(Greeting, { strict: true });
       console.log('as before:', JSON.stringify(Reflect.getMetadataKeys(RootModule)) === before);
       await new Promise((resolve) => setTimeout(resolve, 1e6));`,
    );
    const running = await app.start('--import', 'dist/contexts.js', /as before/);
    expect(running.output).toContain('as before: true');
    expect(running.metrics).toHaveLength(3);
    expect(running.metrics).toHaveLength(new Set(running.metrics).size);
    expect((await scrape(running)).sum('nestjs_metrics_info')).toBe(1);
  });

  it('says in one sentence that a port is taken, and the application runs', async () => {
    const port = await freePortsInARow(1);
    app.compile(
      'two',
      `import { Module } from '@nestjs/common';
       import { NestFactory } from '@nestjs/core';
       @Module({})
       class RootModule {}
       for (const name of ['first', 'second']) {
         const app = await NestFactory.create(RootModule);
         await app.listen(0);
         console.log(name, 'runs');
       }`,
    );
    const running = await app.start('--import', 'dist/two.js', /second runs/, { PROMETHEUS_SERVER_PORT: String(port) });
    expect(running.metrics).toHaveLength(1);
    const told = running.output.split('\n').filter((line) => line.includes(`cannot be served on port ${port}`));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('the application runs without it');
  });

  it('finds the TypeORM of the application', async () => {
    const port = await freePortsInARow(1);
    app.compile(
      'database',
      `import { Controller, Get, Module } from '@nestjs/common';
       import { NestFactory } from '@nestjs/core';
       import { TypeOrmModule } from '@nestjs/typeorm';
       import { DataSource, EntitySchema } from 'typeorm';
       const Dog = new EntitySchema({ name: 'Dog', columns: { id: { type: 'int', primary: true } } });
       @Controller('dogs')
       class DogsController {
         constructor(dataSource: DataSource) { this.dogs = dataSource.getRepository(Dog); }
         @Get() all() { return this.dogs.find(); }
       }
       @Module({
         imports: [TypeOrmModule.forRoot({ type: 'sqljs', entities: [Dog], synchronize: true })],
         controllers: [DogsController],
       })
       class RootModule {}
       const app = await NestFactory.create(RootModule);
       await app.listen(${port});`,
    );
    const running = await app.start('--import', 'dist/database.js', STARTED, {
      PROMETHEUS_HTTP_QUERIES_PER_REQUEST: 'true',
    });
    for (let sent = 0; sent < 3; sent += 1) expect((await get(port, '/dogs')).status).toBe(200);
    await waitUntil('three statements of three requests are counted', async () => {
      const metrics = await scrape(running);
      const statements = metrics.sum('typeorm_query_duration_seconds_count', { operation: 'select', entity: 'Dog' });
      return statements === 3 && metrics.sum('nestjs_http_request_db_queries_sum', { route: '/dogs' }) === 3;
    });
  });

  it.each(['before', 'after'])('lets a module that is preloaded %s it see how Nest is loaded', async (order) => {
    app.write(
      'tracing.cjs',
      `console.log('loaded before:', Object.keys(require.cache).some((f) => /@nestjs/.test(f)));`,
    );
    const flags = ['--import', app.register];
    flags.splice(order === 'before' ? 0 : 2, 0, '--import', './tracing.cjs');
    const program = app.spawn([...flags, 'dist/main.js'], { PORT: String(await freePortsInARow(1)) });
    await program.prints(STARTED);
    expect(program.output).toContain('loaded before: false');
    expect(program.metrics).toHaveLength(1);
  });

  it('measures an application that a process manager loads from elsewhere', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'manager-'));
    writeFileSync(join(elsewhere, 'manager.mjs'), 'await import(process.env.APPLICATION);');
    const program = app.spawn(['--import', app.register, join(elsewhere, 'manager.mjs')], {
      APPLICATION: join(app.folder, 'dist/main.js'),
      PORT: String(await freePortsInARow(1)),
    });
    await program.prints(STARTED);
    rmSync(elsewhere, { recursive: true });
    expect(program.metrics).toHaveLength(1);
    expect((await scrape(program)).sum('nestjs_metrics_info', { nest: 'unknown' })).toBe(0);
  });

  it('does nothing and says nothing in a program that has no Nest', async () => {
    app.write(
      'plain.cjs',
      `console.log('loaded', Object.keys(require.cache).filter((file) => /@nestjs|rxjs|reflect-metadata/.test(file)));`,
    );
    for (const flag of ['--import', '--require']) {
      const program = await app.runToEnd([flag, app.register, 'plain.cjs'], { PROMETHEUS_SERVER_PORT: 'wrong' });
      expect(program.output).toBe('loaded []\n');
    }
  });

  it('measures what nest start starts, and leaves the command line alone', async () => {
    const port = await freePortsInARow(1);
    const program = app.spawn(['node_modules/@nestjs/cli/bin/nest.js', 'start'], {
      NODE_OPTIONS: `--import ${app.register}`,
      PORT: String(port),
    });
    await program.prints(STARTED);
    expect((await get(port, '/')).status).toBe(200);
    expect(program.metrics).toHaveLength(1);
    expect((await scrape(program)).sum('nestjs_metrics_info')).toBe(1);
  });

  it('is what nest add makes unnecessary: the module is imported, once', async () => {
    const add = ['node_modules/@nestjs/cli/bin/nest.js', 'add', 'nestjs-prometheus-exporter', '--skip-install'];
    const module = () => readFileSync(join(app.folder, 'src/app.module.ts'), 'utf8');
    const first = await app.runToEnd(add);
    expect(first.output).toContain('What to do next');
    expect(module()).toContain('imports: [PrometheusModule.forRoot()]');
    const before = module();
    expect((await app.runToEnd(add)).output).toContain('nothing was changed');
    expect(module()).toBe(before);
    const port = await freePortsInARow(1);
    app.compile('app.module', before);
    const running = await app.start('--import', 'dist/main.js', STARTED, { PORT: String(port) });
    expect(running.metrics).toEqual([]);
    expect((await get(port, '/metrics')).status).toBe(200);
  });
});
