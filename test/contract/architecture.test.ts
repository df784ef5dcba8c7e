import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NAMINGS } from '../../lib/catalogue/naming.js';

const LIB = fileURLToPath(new URL('../../lib/', import.meta.url));

/** One import of one file: what it asks for is a path below lib/ or the name of a package. */
interface Import {
  readonly from: string;
  readonly to: string;
  readonly isPackage: boolean;
}

const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll(sep, '/'));
const imports = files.flatMap(importsOf);

/** Static, type-only, dynamic, re-exported and required ones, as TypeScript's own `import('…')` types are. */
function importsOf(from: string): readonly Import[] {
  const text = readFileSync(join(LIB, from), 'utf8').replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  const matches = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"`])([^'"`\n]+)\1/g);
  return Array.from(matches, ([, , to = '']) => {
    const isPackage = !to.startsWith('.');
    return {
      from,
      isPackage,
      to: isPackage ? to : relative(LIB, normalize(join(LIB, dirname(from), to))).replaceAll(sep, '/'),
    };
  });
}

const isIn =
  (...places: readonly string[]) =>
  (path: string) =>
    places.some((place) => path === place || (place.endsWith('/') && path.startsWith(place)));

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The imports that a rule forbids, as sentences. */
function offending(
  from: (file: string) => boolean,
  mayImport: (to: string, isPackage: boolean) => boolean,
): readonly string[] {
  return imports
    .filter((one) => from(one.from) && !mayImport(one.to, one.isPackage))
    .map((one) => `${one.from} imports ${one.to}`);
}

/** The first cycle among the imports, type imports included; empty where there is none. */
function cycle(): readonly string[] {
  const seen = new Set<string>();
  const follow = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (seen.has(file)) return [];
    seen.add(file);
    const imported = imports.filter(({ from, isPackage }) => from === file && !isPackage);
    return firstOf(imported.map(({ to }) => follow(to.replace(/\.js$/, '.ts'), [...path, file])));
  };
  return firstOf(files.map((file) => follow(file, [])));
}

const firstOf = (cycles: readonly (readonly string[])[]) => cycles.find(({ length }) => length > 0) ?? [];

/** What the runtime metrics are. */
const RUNTIME = ['nodejs', 'process'].map((subject) => `catalogue/nest/${subject}.definitions.js`);

/** Built from other files, and not committed. */
const BUILT = ['monitor/page-files.ts', 'expose/server/thread-program.ts'];

const isInFolder = (file: string) => file.includes('/');
const NODE = /^node:/;
/** The shared contract of those who observe: event types, and the guard. */
const CONTRACT = [
  'observe/events.js',
  'observe/cache-events.js',
  'observe/database-events.js',
  'observe/http-method.js',
  'observe/operation-events.js',
  'observe/queue-events.js',
  'observe/schedule-events.js',
  'observe/websocket-events.js',
  'observe/outgoing-events.js',
  'observe/error-boundary.js',
  'observe/logged-causes.js',
  'observe/log-text.js',
];

/** A type of plain data, and whether it is sampled. */
const SPAN = 'metrics/span-context.js';

/** An option that several capabilities have. */
const SHARED_BOUNDS = 'capabilities/bucket-bounds.js';

/** How a listener that is not of the catalogue comes to hear, what it leaves out, and how it speaks. */
const HEARD = ['observe/metric-events.js', 'observe/http/ignored-paths.js', 'observe/own-logger.js'];

describe('the imports of the library', () => {
  it('are found', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(imports).toContainEqual({ from: 'index.ts', to: 'prometheus.module.js', isPackage: false });
    expect(imports).toContainEqual({ from: 'prometheus.module.ts', to: '@nestjs/common', isPackage: true });
    expect(imports).toContainEqual({
      from: 'observe/http/nest-internals.ts',
      to: '@nestjs/core/router/route-path-factory.js',
      isPackage: true,
    });
    const missing = imports.filter(({ to, isPackage }) => !isPackage && !files.includes(to.replace(/\.js$/, '.ts')));
    expect(missing).toEqual([]);
  });

  it('have no cycle, type imports included', () => {
    expect(cycle().join(' -> ')).toBe('');
  });

  it('of observe/typeorm/ and observe/http/ are nothing of one another', () => {
    expect(offending(isIn('observe/typeorm/'), (to) => !isIn('observe/http/')(to))).toEqual([]);
    expect(offending(isIn('observe/http/'), (to) => !isIn('observe/typeorm/')(to))).toEqual([]);
  });

  it('of metrics/ are its own files and nothing else', () => {
    expect(offending(isIn('metrics/'), (to, isPackage) => !isPackage && isIn('metrics/')(to))).toEqual([]);
  });

  it('of host/ are its own files, what a span is, and packages', () => {
    expect(offending(isIn('host/'), (to, isPackage) => isPackage || isIn('host/', SPAN)(to))).toEqual([]);
  });

  it('of observe/ are its own files, what is used of the application, what a span is, how a connection is watched, and packages', () => {
    const allowed = isIn('observe/', 'host/', SPAN, 'serving/connection.js');
    expect(offending(isIn('observe/'), (to, isPackage) => isPackage || allowed(to))).toEqual([]);
  });

  it('of the contract of observe/ are its own files, what a span is, and what Node calls a request', () => {
    const contract = isIn(...CONTRACT.map((path) => path.replace(/\.js$/, '.ts')));
    expect(offending(contract, isIn(...CONTRACT, SPAN, 'node:http'))).toEqual([]);
  });

  it('of catalogue/ are its own files, the engine and the contract of observe/', () => {
    const allowed = isIn('catalogue/', 'metrics/', ...CONTRACT);
    expect(offending(isIn('catalogue/'), (to, isPackage) => !isPackage && allowed(to))).toEqual([]);
  });

  it('of serving/ are its own files, what a lock is as data, and packages', () => {
    const allowed = isIn('serving/', 'access/lock-plan.js');
    expect(offending(isIn('serving/'), (to, isPackage) => isPackage || allowed(to))).toEqual([]);
  });

  it('of options/ are its own files and nothing of Nest', () => {
    expect(offending(isIn('options/'), (to, isPackage) => (isPackage ? NODE.test(to) : isIn('options/')(to)))).toEqual(
      [],
    );
  });

  it('of access/ are its own files, what options share, the mark of our requests, and modules of Node, so that it works in every thread', () => {
    const allowed = isIn('access/', 'options/', 'host/own-agent.js');
    expect(offending(isIn('access/'), (to, isPackage) => (isPackage ? NODE.test(to) : allowed(to)))).toEqual([]);
    const rules = 'access/auth.options-check.ts';
    const lock = (file: string) => isIn('access/')(file) && file !== rules;
    expect(
      offending(
        lock,
        (to) => NODE.test(to) || (isIn('access/', 'host/own-agent.js')(to) && to !== 'access/auth.options-check.js'),
      ),
    ).toEqual([]);
  });

  it('of monitor/ are its own files, the contract of observe/, the lock, what routes and options share, what is used of the host, and packages', () => {
    const allowed = isIn('monitor/', 'access/', 'serving/', 'options/', 'host/', ...CONTRACT, ...HEARD);
    expect(offending(isIn('monitor/'), (to, isPackage) => isPackage || allowed(to))).toEqual([]);
  });

  it('of expose/ are its own files, the engine, the lock, what routes share, what processes share, and packages', () => {
    const shared = ['host/life-socket.js', 'host/own-request.js', 'host/private-directory.js'];
    const allowed = isIn('expose/', 'access/', 'metrics/', 'serving/', ...shared);
    expect(offending(isIn('expose/'), (to, isPackage) => isPackage || allowed(to))).toEqual([]);
  });

  it('of the formats are their own files and plain data, so that they serve other threads and processes too', () => {
    const data = [
      'metrics/family-data.js',
      'metrics/exemplar-cells.js',
      'metrics/native/native-layout.js',
      'expose/foreign-family.js',
      'expose/reading.js',
    ];
    const allowed = isIn('expose/formats/', 'expose/time-slices.js', ...data);
    expect(offending(isIn('expose/formats/'), (to, isPackage) => !isPackage && allowed(to))).toEqual([]);
    const slices = isIn('expose/time-slices.ts');
    expect(offending(slices, (to) => NODE.test(to))).toEqual([]);
  });

  it('of a reading and of what comes through the journal are types of plain data', () => {
    const plain = isIn('expose/reading.ts', 'expose/foreign-family.ts', 'metrics/journal.ts', 'metrics/family-data.ts');
    const allowed = isIn(
      'metrics/family-data.js',
      'metrics/merge-mode.js',
      'metrics/cell-address.js',
      'expose/foreign-family.js',
    );
    expect(offending(plain, (to, isPackage) => !isPackage && allowed(to))).toEqual([]);
  });

  it('of merging are its own files, the engine, and plain data, so that it works in every thread', () => {
    const merge = 'expose/processes/merge/';
    const data = ['expose/reading.js', 'expose/foreign-family.js', 'expose/prom-client/reserved-names.js'];
    const allowed = isIn(merge, 'metrics/', ...data);
    expect(imports.some(({ from }) => isIn(merge)(from))).toBe(true);
    expect(offending(isIn(merge), (to, isPackage) => !isPackage && allowed(to))).toEqual([]);
  });

  it('of where native buckets are is only how cells are addressed', () => {
    const layout = isIn('metrics/native/native-layout.ts', 'metrics/cell-address.ts');
    expect(offending(layout, (to, isPackage) => !isPackage && isIn('metrics/cell-address.js')(to))).toEqual([]);
  });

  it('of those who take a reading or run collectors are nothing of Nest', () => {
    const collecting = isIn(
      'expose/collector.ts',
      'expose/collector-run.ts',
      'expose/collectors.ts',
      'expose/family-groups.ts',
      'expose/filter.ts',
      'expose/filter-query.ts',
      'expose/read-engine.ts',
      'expose/scrape.ts',
      'expose/scraper.ts',
      'expose/shared-work.ts',
    );
    expect(offending(collecting, (to, isPackage) => !isPackage || NODE.test(to))).toEqual([]);
  });

  it('of the engine are made where it is read, and by the store that hides it', () => {
    const readers = isIn(
      'metrics/',
      'expose/read-engine.ts',
      'expose/journal-follower.ts',
      'expose/processes/',
      'expose/server/',
      'expose/processes/',
      'expose/prom-client/',
    );
    const inside = isIn('metrics/engine.js', 'metrics/cells.js', 'metrics/journal.js');
    expect(
      offending(
        (from) => !readers(from),
        (to) => !inside(to),
      ),
    ).toEqual([]);
  });

  it('of the program of the thread reach no package, and so need nothing of the application', () => {
    const reached = new Set(['expose/server/thread/main.ts']);
    for (const file of reached) {
      const local = imports.filter(({ from, isPackage }) => from === file && !isPackage);
      for (const { to } of local) reached.add(to.replace(/\.js$/, '.ts'));
    }
    expect(reached.size).toBeGreaterThan(20);
    expect(
      offending(
        (from) => reached.has(from),
        (to, isPackage) => !isPackage || NODE.test(to),
      ),
    ).toEqual([]);
  });

  it('of the runtime metrics are their own files, their definitions, the engine and what a collector is', () => {
    const allowed = isIn('runtime/', 'metrics/', 'expose/collector.js', ...RUNTIME);
    expect(offending(isIn('runtime/'), (to, isPackage) => (isPackage ? NODE.test(to) : allowed(to)))).toEqual([]);
  });

  it('of decorate/ are its own files, the engine, what is used of the application, the definitions of the catalogue, and packages', () => {
    const allowed = isIn('decorate/', 'metrics/', 'host/', 'catalogue/nest/method.definitions.js');
    expect(offending(isIn('decorate/'), (to, isPackage) => isPackage || allowed(to))).toEqual([]);
  });

  it('of testing/ are its own files, the engine, what is exposed, how it is asked for and read, and packages', () => {
    const allowed = isIn('testing/', 'metrics/', 'expose/', 'exposition/', 'host/own-request.js');
    expect(offending(isIn('testing/'), (to, isPackage) => isPackage || allowed(to))).toEqual([]);
  });

  it('of exposition/, which reads and lints expositions, are its own files and nothing that writes them', () => {
    expect(offending(isIn('exposition/'), (to) => isIn('exposition/')(to))).toEqual([]);
  });

  it('of promql/, which reads PromQL, are its own files and the grammar of Prometheus', () => {
    const grammar = ['@lezer/common', '@prometheus-io/lezer-promql'];
    const allowed = (to: string) => isIn('promql/', ...grammar)(to);
    expect(offending(isIn('promql/'), allowed)).toEqual([]);
  });

  it('of rules/ are its own files, the catalogue, what reads PromQL, and the writer of YAML', () => {
    const allowed = isIn('rules/', 'catalogue/', 'promql/');
    expect(offending(isIn('rules/'), (to, isPackage) => (isPackage ? to === 'yaml' : allowed(to)))).toEqual([]);
  });

  it('of dashboards/ are its own files, the catalogue, how PromQL is read, and the builders of Grafana', () => {
    const ours = isIn('dashboards/', 'catalogue/', 'promql/', 'metrics/definition.js');
    const packages = isIn('@lezer/common', '@grafana/grafana-foundation-sdk/');
    expect(offending(isIn('dashboards/'), (to, isPackage) => (isPackage ? packages(to) : ours(to)))).toEqual([]);
    const builders = (to: string) => !isIn('@grafana/grafana-foundation-sdk/')(to);
    expect(offending((from) => !isIn('dashboards/grafana/')(from), builders)).toEqual([]);
  });

  it('of the command line are its own files, what it writes and reads, the catalogue and packages, and nothing of Nest', () => {
    const ours = ['rules/', 'dashboards/', 'promql/', 'exposition/', 'catalogue/', 'observe/log-text.js', 'version.js'];
    const packages = isIn('commander', 'cli-table3', 'yaml');
    const allowed = (to: string, isPackage: boolean) =>
      isPackage ? packages(to) || NODE.test(to) : isIn('cli/', ...ours)(to);
    expect(offending(isIn('cli.ts', 'cli/'), allowed)).toEqual([]);
    const outside = (from: string) => !isIn('cli.ts', 'cli/')(from);
    expect(offending(outside, (to) => !isIn('cli.js', 'cli/')(to))).toEqual([]);
  });

  it('of the two sides of the bridge to prom-client are nothing of one another', () => {
    expect(offending(isIn('expose/prom-client/ours/'), (to) => !isIn('expose/prom-client/theirs/')(to))).toEqual([]);
    expect(offending(isIn('expose/prom-client/theirs/'), (to) => !isIn('expose/prom-client/ours/')(to))).toEqual([]);
  });

  it('of what all naming conventions share are nothing of one of them', () => {
    const shared = (file: string) => /^catalogue\/(?!published-names)[^/]+$/.test(file);
    expect(offending(shared, (to) => !isIn('catalogue/nest/', 'catalogue/django/', 'catalogue/otel/')(to))).toEqual([]);
  });

  it.each(NAMINGS)('of the naming %s are nothing of another', (naming) => {
    const others = NAMINGS.filter((one) => one !== naming).map((one) => `catalogue/${one}/`);
    expect(offending(isIn(`catalogue/${naming}/`), (to) => !isIn(...others)(to))).toEqual([]);
  });

  it('of testing/ are made by its entry file alone', () => {
    const outside = (from: string) => !isIn('testing/', 'testing.ts')(from);
    expect(offending(outside, (to) => !isIn('testing/')(to))).toEqual([]);
  });

  it("of Nest's logger are one file, which escapes what is logged", () => {
    const loggers = files.filter((file) =>
      /\bnew Logger\(|\bconsole\.\w+\(/.test(readFileSync(join(LIB, file), 'utf8')),
    );
    expect(loggers.filter((file) => !BUILT.includes(file))).toEqual(['observe/own-logger.ts']);
  });

  it('of the capabilities are the rooms below them, and nothing of the module', () => {
    const engine = isIn('metrics/definition.js', 'metrics/series-budget.js', 'metrics/store.js');
    const rooms = isIn('capabilities/', 'observe/', 'catalogue/', 'decorate/', 'runtime/', 'options/');
    const others = isIn('expose/collector.js', 'host/opentelemetry/active-span.js');
    const allowed = (to: string) => engine(to) || rooms(to) || others(to);
    expect(offending(isIn('capabilities/'), (to, isPackage) => isPackage || allowed(to))).toEqual([]);
  });

  it('of a capability are made by its list alone, but for its options', () => {
    const isRecord = (to: string) => /^capabilities\/(?!capabilit)[\w-]+\.js$/.test(to) && to !== SHARED_BOUNDS;
    const outside = (from: string) => from !== 'capabilities/capabilities.ts';
    expect(offending(outside, (to) => !isRecord(to))).toEqual([]);
  });

  it('of no folder are the files at the top, but for the version in the command line, and the module in register/', () => {
    const isVersion = isIn('version.js');
    const inner = (from: string) => isInFolder(from) && !isIn('cli/', 'register/')(from);
    expect(offending(inner, (to, isPackage) => isPackage || to.includes('/'))).toEqual([]);
    expect(offending(isIn('cli/'), (to, isPackage) => isPackage || to.includes('/') || isVersion(to))).toEqual([]);
  });

  it('of nobody are the entry files', () => {
    expect(
      offending(
        () => true,
        (to) => !isIn('index.js', 'testing.js', 'cli.js')(to),
      ),
    ).toEqual([]);
  });
});

describe('the packages of the library', () => {
  const manifest = JSON.parse(readFileSync(join(LIB, '../package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const used = imports.filter(({ isPackage, to }) => isPackage && !NODE.test(to));

  /** What only the command line loads. The build puts their packages into it. */
  const isBundled = isIn('cli.ts', 'cli/', 'rules/', 'dashboards/', 'promql/');

  /** Where a package that not everybody has may be imported. */
  const HOMES: Readonly<Record<string, readonly string[]>> = {
    typeorm: ['observe/typeorm/'],
    '@nestjs/microservices': ['observe/rpc/'],
    'prom-client': ['expose/prom-client/', 'runtime/'],
    '@prometheus-io/client': ['expose/prom-client/', 'runtime/'],
    ioredis: ['monitor/redis/'],
    redis: ['monitor/redis/'],
    '@opentelemetry/api': [],
    yaml: ['rules/', 'cli/files/'],
    commander: ['cli/'],
    'cli-table3': ['cli/'],
  };

  it('are declared in package.json', () => {
    // The schematic has only types of TypeScript, and runs with that of the application.
    const ofLibrary = used.filter(({ from }) => !isBundled(from) && !isIn('schematics/')(from));
    const undeclared = ofLibrary.filter(({ to }) => !declared.includes(packageOf(to)) && !(packageOf(to) in HOMES));
    expect(undeclared).toEqual([]);
    const ofCommand = used.filter(({ from }) => isBundled(from)).map(({ to }) => packageOf(to));
    expect(ofCommand.filter((name) => !(name in manifest.devDependencies))).toEqual([]);
  });

  it.each(Object.entries(HOMES))('%s is imported at home only', (name, homes) => {
    const strangers = used.filter(({ from, to }) => packageOf(to) === name && !isIn(...homes)(from));
    expect(strangers).toEqual([]);
  });

  it('are imported by their name, but for the internals of Nest in one file for each of its packages', () => {
    const deep = used.filter(({ from, to }) => !isBundled(from) && to !== packageOf(to));
    expect([...new Set(deep.map(({ from, to }) => `${packageOf(to)} in ${from}`))].toSorted()).toEqual([
      '@nestjs/core in observe/http/nest-internals.ts',
      '@nestjs/microservices in observe/rpc/nest-internals.ts',
    ]);
  });

  it('include modules of Node by their full name only', () => {
    const bare = used.filter(({ to }) =>
      /^(?:fs|http|https|net|os|path|stream|util|zlib|events|crypto|url|timers|process)(?:\/|$)/.test(to),
    );
    expect(bare).toEqual([]);
  });
});
