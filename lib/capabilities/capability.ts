import {
  type InjectionToken,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { type ActiveSpan } from '../host/opentelemetry/active-span.js';
import { type Naming } from '../catalogue/naming.js';
import { type EventName, type Listener } from '../observe/events.js';
import { type NestHost } from '../observe/nest-host.js';
import { type Sink } from '../observe/sink.js';
import { type MetricDefinition } from '../metrics/definition.js';
import { type MetricStore } from '../metrics/store.js';
import { type Collector, type CollectorSource } from '../expose/collector.js';
import { type OptionRule } from '../options/option-rules.js';

/** The options of a capability in `PrometheusModule.forRoot()`. */
export interface CapabilityOptions<Options> {
  /** The name of the group in those options: `http`, `runtimeMetrics`. */
  readonly name: string;
  /**
   * The accepted values of each option, its default, and how it is read from text. The first rule is that of `name`
   * itself.
   */
  readonly rules: readonly OptionRule[];
  /** Faults that no single rule can detect, one sentence each. `all` are the options as given, of any shape. */
  faults?(all: object): readonly string[];
  /** Resolves options that depend on something else too, such as the version of Node. `all` are the options as given. */
  resolve?(options: Options, all: object): Options;
}

/** What a convention needs to create its metrics. */
export interface FeedContext<Options, Early> {
  readonly store: MetricStore;
  readonly options: Options;
  /** Undefined where a core is created without a Nest application. */
  readonly early: Early | undefined;
  /** Finds the span that is measured; undefined with `exemplars: false`. */
  readonly activeSpan: ActiveSpan | undefined;
  /** Counts and logs an error of ours. */
  readonly report: (part: string, error: unknown) => void;
}

/** What updates the metrics: listeners for events, or a collector that runs at each scrape. */
export interface Feed {
  readonly listener?: Listener | readonly Listener[];
  readonly collector?: Collector;
  /** Called when the application starts. */
  start?(): void;
  /** Called in the last lifecycle hook of the application. */
  stop?(): void;
}

/** How a capability is published under one naming convention. */
export interface Convention<Options, Early> {
  /** All exports of a module of definitions; exports that are not definitions are skipped. */
  readonly definitions: Readonly<Record<string, unknown>>;
  feed(feeding: FeedContext<Options, Early>): Feed;
}

/** The conventions of a capability by naming; one that has none is not published under that naming. */
export type Conventions<Options, Early> = { readonly nest: Convention<Options, Early> } & {
  readonly [Name in Naming]?: Convention<Options, Early>;
};

/**
 * A part that is created before every other provider of an application, without dependencies. It can observe what other
 * providers do while they are created.
 */
export interface EarlyPart<Early> {
  readonly token: InjectionToken;
  make(): Early;
  /** Called instead of `instrument` if the capability is switched off. */
  discard?(early: Early): void;
}

/**
 * The observation of an application. Nest calls its lifecycle hooks like those of any provider. In
 * `onApplicationShutdown` it removes all that it has patched.
 */
export interface Instrumentation extends Partial<
  OnModuleInit & OnApplicationBootstrap & OnApplicationShutdown & CollectorSource
> {
  /** Called before the routes are built, when the global enhancers of the application are known. */
  configure?(): void;
  /** Called when a route outside Nest's pipeline answers a request. */
  nameRequest?(request: object, template: string): void;
}

/**
 * One subject that is observed and published: its options, its metrics and its observation. The module, the option
 * check, the error parts, the event forwarding and the documentation all loop over `CAPABILITIES`, and none of them
 * names a capability.
 */
export interface Capability<Options = unknown, Early = unknown> {
  /** The value of `part` in `nestjs_metrics_errors_total`, and the name in the log. */
  readonly part: string;
  /**
   * The name by which scrapes ask for its metrics, in `collect[]` and `exclude[]`.
   *
   * @defaultValue `part`
   */
  readonly group?: string;
  /** Without options, the capability is always on. */
  readonly options?: CapabilityOptions<Options>;
  /** The events that it emits. */
  readonly events: readonly EventName[];
  readonly conventions: Conventions<Options, Early>;
  readonly early?: EarlyPart<Early>;
  /** Called when the module is imported, before Nest makes anything. */
  onImport?(): void;
  /** Whether it needs to know which request each statement belongs to. */
  readsRequestTally?(options: Options): boolean;
  /** Whether it adds to the tally of the current request. */
  readonly fillsRequestTally?: boolean;
  /** Starts the observation. Not called if the capability is switched off. */
  instrument?(host: NestHost, sink: Sink, options: Options, early: Early): Instrumentation | Promise<Instrumentation>;
}

/** The group of a capability in `collect[]` and `exclude[]`. */
export function groupOf({ group, part }: Pick<Capability, 'group' | 'part'>): string {
  return group ?? part;
}

/** For metrics that have the same names under every naming. */
export function underEveryNaming<Options, Early>(convention: Convention<Options, Early>): Conventions<Options, Early> {
  return { nest: convention, django: convention, otel: convention };
}

/** The conventions under which a capability is published, each once. */
export function conventionsOf(
  { conventions }: Pick<Capability, 'conventions'>,
  naming: readonly Naming[],
): readonly Convention<unknown, unknown>[] {
  return [...new Set(naming.flatMap((name) => conventions[name] ?? []))];
}

export function isDefinition(value: unknown): value is MetricDefinition {
  return typeof value === 'object' && value !== null && 'help' in value && 'labels' in value;
}
