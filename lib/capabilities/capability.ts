import {
  type InjectionToken,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { type EventName, type Listener } from '../observe/events.js';
import { type NestHost } from '../observe/nest-host.js';
import { type Sink } from '../observe/sink.js';
import { type MetricDefinition } from '../metrics/definition.js';
import { type MetricStore } from '../metrics/store.js';
import { type Collector, type CollectorSource } from '../expose/collector.js';
import { type OptionRule } from '../options/option-rules.js';

/** The options of a capability in `PrometheusModule.forRoot()`. */
export interface CapabilityOptions<Options> {
  /** Their name there: `http`, `runtimeMetrics`. */
  readonly name: string;
  /** What each has to be, its default, and how it is read from text. The first rule is that of `name` itself. */
  readonly rules: readonly OptionRule[];
  /** Faults that no single rule can see, a sentence each. `all` are the options as they were given, of any shape. */
  faults?(all: object): readonly string[];
  /** What depends on more than the option itself, such as the version of Node. */
  resolve?(options: Options): Options;
}

/** What a convention is given to make its metrics. */
export interface Feeding<Options, Early> {
  readonly store: MetricStore;
  readonly options: Options;
  readonly early: Early;
  /** Counts and logs an error of ours. */
  readonly report: (part: string, error: unknown) => void;
}

/** What feeds metrics: events that it hears, or what it reads when a scrape asks. */
export interface Feed {
  readonly listener?: Listener;
  readonly collector?: Collector;
  /** When the application starts. */
  start?(): void;
  /** In the last hook of the application. */
  stop?(): void;
}

/** How a capability is published under one naming convention. */
export interface Convention<Options, Early> {
  /** A module of definitions, whole: what is no definition is skipped. */
  readonly definitions: Readonly<Record<string, unknown>>;
  feed(feeding: Feeding<Options, Early>): Feed;
}

/**
 * What is made before everything else in an application, without dependencies: to observe what other providers do while
 * they are made.
 */
export interface EarlyPart<Early> {
  readonly token: InjectionToken;
  make(): Early;
  /** Called instead of `instrument` when the capability is switched off. */
  discard?(early: Early): void;
}

/**
 * Observation that has been put into an application. Nest calls the hooks of its lifecycle that it has, as those of any
 * provider; it takes itself out in `onApplicationShutdown`.
 */
export interface Instrumentation extends Partial<
  OnModuleInit & OnApplicationBootstrap & OnApplicationShutdown & CollectorSource
> {
  /** Before the routes are built, when the global enhancers of the application are known. */
  configure?(): void;
  /** Hears that a route outside Nest's pipeline answers a request. */
  named?(request: object, template: string): void;
}

/**
 * One subject that is observed and published: its options, its metrics and its observation. The module, the check of
 * the options, the parts of errors, the forwarding of events and the documentation loop over `CAPABILITIES` and know
 * none of them by name.
 */
export interface Capability<Options = unknown, Early = unknown> {
  /** Its value of `part` in `nestjs_metrics_errors_total`, and its name in the log. */
  readonly part: string;
  /** Without any it is always on. */
  readonly options?: CapabilityOptions<Options>;
  /** The events that it tells. */
  readonly events: readonly EventName[];
  readonly conventions: { readonly nest: Convention<Options, Early> };
  readonly early?: EarlyPart<Early>;
  /** Called when the module is imported, before Nest makes anything. */
  declare?(): void;
  /** Whether it wants to know which statements belong to which request. */
  readsRequestTally?(options: Options): boolean;
  /** Whether it adds what it sees to the tally of its request. */
  readonly fillsRequestTally?: boolean;
  /** Puts the observation in. Not called when it is switched off. */
  instrument?(host: NestHost, sink: Sink, options: Options, early: Early): Instrumentation | Promise<Instrumentation>;
}

export function isDefinition(value: unknown): value is MetricDefinition {
  return typeof value === 'object' && value !== null && 'help' in value && 'labels' in value;
}
