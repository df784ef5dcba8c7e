import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** Compiled as the declarations of the package are. */
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path('lib/tsconfig.lib.json'), (file) => ts.sys.readFile(file)).config,
  ts.sys,
  path('lib'),
);
const program = ts.createProgram([path('lib/index.ts'), path('lib/testing.ts')], options);
const checker = program.getTypeChecker();

/** What an entry file exports, as it is declared. */
function exportsOf(entry: string): readonly ts.Symbol[] {
  const module = checker.getSymbolAtLocation(program.getSourceFile(path(entry))!);
  return checker.getExportsOfModule(module!);
}

function declared(symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

/** A class that is exported with `type` is a type only. */
function isType(symbol: ts.Symbol): boolean {
  const isTypeOnly = symbol.declarations?.some((one) => ts.isExportSpecifier(one) && one.isTypeOnly) ?? false;
  return isTypeOnly || (declared(symbol).flags & ts.SymbolFlags.Value) === 0;
}

const namesOf = (symbols: readonly ts.Symbol[]) => symbols.map(({ name }) => name).toSorted();

/** What the declarations of these symbols mention of the library's own types, and what those mention, and so on. */
function mentionedBy(symbols: readonly ts.Symbol[]): ReadonlySet<ts.Symbol> {
  const seen = new Set<ts.Symbol>();
  const visit = (node: ts.Node): void => {
    if (isHidden(node)) return;
    if (ts.isIdentifier(node)) add(checker.getSymbolAtLocation(node));
    ts.forEachChild(node, visit);
  };
  const add = (found: ts.Symbol | undefined): void => {
    const symbol = found && declared(found);
    if (symbol === undefined || seen.has(symbol) || !isOurType(symbol)) return;
    seen.add(symbol);
    for (const declaration of publicOf(symbol)) ts.forEachChild(declaration, visit);
  };
  for (const symbol of symbols) {
    for (const declaration of publicOf(declared(symbol))) ts.forEachChild(declaration, visit);
  }
  return seen;
}

/** Without the implementation of a function that is overloaded: nobody else sees its types. */
function publicOf({ declarations = [] }: ts.Symbol): readonly ts.Declaration[] {
  return declarations.length === 1
    ? declarations
    : declarations.filter((one) => !ts.isFunctionDeclaration(one) || one.body === undefined);
}

/** What is not in a declaration file: code, decorators, values of constants, and what only the library calls. */
function isHidden(node: ts.Node): boolean {
  if (ts.isBlock(node) || ts.isDecorator(node) || isInitializer(node)) return true;
  const isPrivate = ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => PRIVATE.has(kind)) === true;
  return isPrivate || ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
}

const PRIVATE: ReadonlySet<ts.SyntaxKind> = new Set([ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword]);

function isInitializer(node: ts.Node): boolean {
  const { parent } = node as { readonly parent: ts.Node | undefined };
  return parent !== undefined && 'initializer' in parent && parent.initializer === node;
}

/** An interface, an alias or a class of a file in lib/, and no type parameter. */
function isOurType({ flags, declarations = [] }: ts.Symbol): boolean {
  const types = ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Class;
  return (flags & types) !== 0 && declarations.some((one) => one.getSourceFile().fileName.startsWith(path('lib/')));
}

describe('the exports of nestjs-prometheus-exporter', () => {
  const exported = exportsOf('lib/index.ts');

  it('are these values', () => {
    expect(namesOf(exported.filter((symbol) => !isType(symbol)))).toMatchInlineSnapshot(`
      [
        "Counted",
        "ExportModelOperations",
        "InjectMetric",
        "MetricEvents",
        "MetricStore",
        "MetricsEndpoint",
        "MetricsPush",
        "MetricsServer",
        "MonitorModule",
        "PrometheusModule",
        "Timed",
        "boundedBy",
        "defineCounter",
        "defineGauge",
        "defineHistogram",
        "getMetricToken",
        "hashPassword",
        "observeCache",
        "oneOf",
      ]
    `);
  });

  it('are these types', () => {
    expect(namesOf(exported.filter(isType))).toMatchInlineSnapshot(`
      [
        "AuthOptions",
        "BasicUser",
        "BoundedLabel",
        "CacheBackend",
        "CacheCall",
        "CacheInfo",
        "CacheListener",
        "CacheOperation",
        "ClosedLabel",
        "ConnectionError",
        "Counter",
        "CounterDefinition",
        "CounterSeries",
        "DataSourceInfo",
        "DatabaseListener",
        "DirectoryStoreOptions",
        "Door",
        "EventsOptions",
        "Execution",
        "Gateway",
        "Gauge",
        "GaugeDefinition",
        "GaugeSeries",
        "GraphQLOptions",
        "Handler",
        "Histogram",
        "HistogramDefinition",
        "HistogramSeries",
        "HttpExchange",
        "HttpLabel",
        "HttpLabels",
        "HttpListener",
        "HttpMethod",
        "HttpOptions",
        "HttpRequest",
        "HttpVersion",
        "IoRedisClient",
        "KnownRoute",
        "LabelDefinitions",
        "LabelValues",
        "LimitOptions",
        "ListenOptions",
        "Listener",
        "MergeMode",
        "MetricDefinition",
        "MetricOf",
        "MetricStoreOptions",
        "MigrationsOptions",
        "MigrationsReading",
        "MonitorFactoryOptions",
        "MonitorFigures",
        "MonitorHealth",
        "MonitorHistory",
        "MonitorOptions",
        "MonitorRouteOptions",
        "MonitorRunning",
        "MonitorSeries",
        "MonitorState",
        "MonitorStoreState",
        "MonitoredProcess",
        "MonitoredRequests",
        "MonitoredRoute",
        "MonitoredRoutes",
        "MonitoredStatements",
        "Naming",
        "NodeRedisClient",
        "ObservedEntity",
        "Operation",
        "OperationListener",
        "Outcome",
        "OutgoingError",
        "OutgoingListener",
        "OutgoingOptions",
        "OutgoingRequest",
        "OutgoingTarget",
        "PoolReading",
        "ProcessesOptions",
        "PrometheusFactoryOptions",
        "PrometheusOptions",
        "PrometheusRouteOptions",
        "PushOptions",
        "QueueListener",
        "QueueOptions",
        "QueueState",
        "RedisClient",
        "RedisStoreOptions",
        "Route",
        "RowOperation",
        "RpcOptions",
        "ScheduleListener",
        "ScheduleOptions",
        "SeriesByLabels",
        "ServerOptions",
        "SpanContext",
        "Statement",
        "StatementError",
        "StatementOperation",
        "TlsOptions",
        "TokenCheck",
        "TokenFile",
        "TransactionOutcome",
        "Transport",
        "TypeOrmOptions",
        "Unit",
        "WebsocketListener",
        "WebsocketOptions",
      ]
    `);
  });

  /** Otherwise an application that emits declarations cannot export what it makes of them (TS4023). */
  it('are all that they mention, but for what nobody has to name', () => {
    const known = new Set(exported.map(declared));
    const hidden = [...mentionedBy(exported)].filter((symbol) => !known.has(symbol));
    expect(namesOf(hidden)).toMatchInlineSnapshot(`
      [
        "AnyLabel",
        "CacheOption",
        "CountMergeMode",
        "Definition",
        "Described",
        "ErrorClass",
        "EventsOption",
        "FixedLabels",
        "ForeignRegistry",
        "GraphQLOption",
        "HealthStatus",
        "HttpOption",
        "MergeModeOf",
        "MethodLabel",
        "MetricType",
        "NoLabels",
        "OutgoingOption",
        "QueueOption",
        "RpcOption",
        "RuntimeOption",
        "ScheduleOption",
        "Total",
        "TypeOrmOption",
        "WebsocketOption",
        "Window",
      ]
    `);
  });
});

describe('the exports of nestjs-prometheus-exporter/testing', () => {
  const exported = exportsOf('lib/testing.ts');

  it('are these values', () => {
    expect(namesOf(exported.filter((symbol) => !isType(symbol)))).toMatchInlineSnapshot(`
      [
        "ExpositionFault",
        "Snapshot",
        "baseline",
        "delta",
        "expectMetric",
        "lintExposition",
        "lintMetrics",
        "metricMatchers",
        "snapshot",
      ]
    `);
  });

  it('are these types', () => {
    expect(namesOf(exported.filter(isType))).toMatchInlineSnapshot(`
      [
        "Change",
        "Delta",
        "Exemplar",
        "Family",
        "Labels",
        "LintProblem",
        "MatcherResult",
        "MetricExpectation",
        "MetricMatchers",
        "MetricSource",
        "MetricType",
        "Patience",
        "Sample",
      ]
    `);
  });

  it('are all that they mention, together with those of the package itself', () => {
    const known = new Set([...exported, ...exportsOf('lib/index.ts')].map(declared));
    const hidden = [...mentionedBy(exported)].filter((symbol) => !known.has(symbol));
    expect(namesOf(hidden)).toMatchInlineSnapshot(`
      [
        "AnyLabel",
        "CountMergeMode",
        "Definition",
        "MergeModeOf",
        "MetricType",
      ]
    `);
  });
});
