import 'reflect-metadata';
import { Inject, Optional } from '@nestjs/common';
import { type ActiveSpan } from '../host/opentelemetry/active-span.js';
import { isDetached } from '../metrics/series.js';
import { type SpanContext } from '../metrics/span-context.js';
import { type MetricStore } from '../metrics/store.js';
import { type MethodSpec, type Outcome } from './method-spec.js';

/** What one decorator feeds for the instances of one class. */
export interface MethodSeries extends Readonly<Record<Outcome, (durationSeconds: number, span?: SpanContext) => void>> {
  /** Whether the duration matters. */
  readonly isTimed: boolean;
}

/** A class that is known at boot is outside the budget of the metric; one that is found later is inside. */
type Admission = 'known' | 'labels';

/** Called with errors of ours while a call was measured. */
export type OnFault = (error: unknown) => void;

/**
 * The application that an instance belongs to, as far as its decorated methods need to know. It depends on nothing, so
 * that the options of the module may come from a service with decorated methods; the store is there a little later.
 */
export class MethodLink {
  private store: MetricStore | undefined;
  private onFault: OnFault = () => undefined;
  private activeSpan: ActiveSpan | undefined;
  private series = new WeakMap<MethodSpec, WeakMap<object, MethodSeries>>();

  /** From now on calls are measured. */
  open(store: MetricStore, onFault: OnFault, activeSpan?: ActiveSpan): void {
    this.store = store;
    this.onFault = onFault;
    this.activeSpan = activeSpan;
  }

  get isOpen(): boolean {
    return this.store !== undefined;
  }

  /** From now on calls just run. */
  close(): void {
    this.store = undefined;
    this.series = new WeakMap();
  }

  /** The handles of a method on instances of a class, or undefined while nothing is measured. */
  of(spec: MethodSpec, owner: object): MethodSeries | undefined {
    if (this.store === undefined) return undefined;
    try {
      return this.series.get(spec)?.get(owner) ?? this.add(this.store, spec, owner, 'labels');
    } catch (error) {
      this.onFault(error);
      return undefined;
    }
  }

  /**
   * Puts the series of a method at zero.
   *
   * @errors throws as `MetricStore` does when another definition has the name
   */
  known(spec: MethodSpec, owner: object): void {
    if (this.store !== undefined) this.add(this.store, spec, owner, 'known');
  }

  /** The span in which a call is made; undefined if there is none that can be looked up. */
  currentSpan(): SpanContext | undefined {
    return this.activeSpan?.current();
  }

  /** Something of ours went wrong in the middle of a call. */
  failed(error: unknown): void {
    this.onFault(error);
  }

  private add(store: MetricStore, spec: MethodSpec, owner: object, how: Admission): MethodSeries {
    const made = seriesOf(store, spec, owner, how);
    const byClass = this.series.get(spec) ?? new WeakMap<object, MethodSeries>();
    this.series.set(spec, byClass.set(owner, made));
    return made;
  }
}

/** The token of an application's link, and the property by which an instance knows its own. */
export const METHOD_LINK = Symbol.for('nestjs-prometheus-exporter.method-link');

interface Linked {
  [METHOD_LINK]?: unknown;
}

/**
 * Has Nest itself tell every instance of a class, of whatever scope, to which application it belongs: a property that
 * it injects. Without our module it stays empty, and so it does with `new`.
 */
export function receiveLink(prototype: object): void {
  if (METHOD_LINK in prototype) return;
  Object.defineProperty(prototype, METHOD_LINK, { get: () => undefined, set: setLink, configurable: true });
  Inject(METHOD_LINK)(prototype, METHOD_LINK);
  Optional()(prototype, METHOD_LINK, undefined as never);
}

/** Not enumerable, so that copies and comparisons of the instance do not see it; a frozen instance stays without. */
function setLink(this: object, link: unknown): void {
  Reflect.defineProperty(this, METHOD_LINK, { value: link, configurable: true, writable: true, enumerable: false });
}

/** Undefined for an instance that no application of ours has made. */
export function linkOf(instance: unknown): MethodLink | undefined {
  const link = (instance as Linked | null | undefined)?.[METHOD_LINK];
  // A test that mocks every dependency gives something else.
  return link instanceof MethodLink ? link : undefined;
}

/** For an instance that Nest has not made itself, as that of a factory. It may have belonged to one that has ended. */
export function giveLink(instance: object, link: MethodLink): void {
  try {
    if (METHOD_LINK in instance && linkOf(instance)?.isOpen !== true) (instance as Linked)[METHOD_LINK] = link;
  } catch (error) {
    link.failed(error);
  }
}

function seriesOf(store: MetricStore, spec: MethodSpec, owner: object, how: Admission): MethodSeries {
  const { definition } = spec;
  const labels = (outcome: Outcome) => labelsOf(spec, owner, outcome);
  if (definition.type === 'counter') {
    const counter = store.counter(definition);
    const [success, error] = both((outcome) => counter[how](labels(outcome)));
    return { isTimed: false, success: () => success().inc(), error: () => error().inc() };
  }
  const histogram = store.histogram(definition);
  const [success, error] = both((outcome) => histogram[how](labels(outcome)));
  return {
    isTimed: true,
    success: (seconds, span) => success().observe(seconds, span),
    error: (seconds, span) => error().observe(seconds, span),
  };
}

function both<S extends object>(find: (outcome: Outcome) => S): readonly [success: () => S, error: () => S] {
  return [kept(() => find('success')), kept(() => find('error'))];
}

/** The handle, found once, and anew if the application has removed its series. */
function kept<S extends object>(find: () => S): () => S {
  let series = find();
  return () => (isDetached(series) ? (series = find()) : series);
}

function labelsOf(spec: MethodSpec, owner: object, outcome: Outcome): Readonly<Record<string, string>> {
  const key = typeof spec.key === 'symbol' ? (spec.key.description ?? '') : spec.key;
  const all: Record<string, string> = { class: className(spec, owner), method: key, outcome, ...spec.fixed };
  return Object.fromEntries(Object.keys(spec.definition.labels).map((name) => [name, all[name] ?? '']));
}

/**
 * The class of the instance, so that what several classes inherit is told apart. Where a subclass has a method of its
 * own that calls `super`, the two have to be told apart instead: then it is the class that declares the method.
 */
function className({ target, key }: MethodSpec, owner: object): string {
  let prototype: object | null = (owner as { prototype?: object | null }).prototype ?? null;
  while (prototype !== null && prototype !== target) {
    if (Object.hasOwn(prototype, key)) return target.constructor.name;
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return (owner as { readonly name?: string }).name ?? '';
}
