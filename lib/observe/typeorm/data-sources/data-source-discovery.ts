import { type DataSourceInfo } from '../../database-events.js';
import { type Sink } from '../../sink.js';
import { DataSourceObserver } from './data-source-observer.js';
import { EndedDataSources } from './ended-data-sources.js';
import { KeptObservers } from './kept-observers.js';
import { isObserved, observedOf } from '../hooks/observed.js';
import { hookClassesOf, hookInitialize, unhookAll } from '../hooks/typeorm-hooks.js';
import { type DataSourceLike } from '../typeorm-types.js';

/** A data source of an application's container. */
export interface ContainedDataSource {
  readonly dataSource: DataSourceLike;
  /** What its token says, where its options have lost the name. */
  readonly name: string | undefined;
}

type AfterInitialize = (observer: DataSourceObserver) => void;

/** Data sources initialized before there is an application are held for the first one; failed ones may be many. */
const MAX_EARLY = 100;
/** To forget one takes a fraction of a millisecond. */
const MAX_AT_ONCE = 50;

/** The applications of this process, the newest last. Weak, because one whose boot fails is never stopped. */
let watches: readonly WeakRef<DataSourceDiscovery>[] = [];
const early: DataSourceObserver[] = [];

/** From now on data sources are found when they are initialized, even while there is no application yet. */
export function discoverDataSources(): void {
  hookInitialize(find);
}

/**
 * The data sources of one application: those of its container, and those that were made by hand while it was the newest
 * application of the process. So that start-up statements are seen, it has to be made before any data source is.
 */
export class DataSourceDiscovery {
  readonly ended = new EndedDataSources(() => this.sink?.listeners);
  private readonly observers = new KeptObservers((info) => this.collected(info));
  private sink: Sink | undefined;
  private afterInitialize: AfterInitialize = () => undefined;
  private contained: readonly ContainedDataSource[] = [];

  constructor() {
    hookInitialize(find);
    watches = [...watches.filter((reference) => reference.deref() !== undefined), new WeakRef(this)];
    for (const observer of early.splice(0)) this.take(observer);
  }

  get all(): readonly DataSourceObserver[] {
    return this.observers.all;
  }

  get hasStarted(): boolean {
    return this.sink !== undefined;
  }

  /**
   * The application listens from now on.
   *
   * @param contained the data sources of its container, initialized or not
   * @param afterInitialize called for each of its data sources that connects while the application runs
   */
  start(sink: Sink, contained: readonly ContainedDataSource[], afterInitialize: AfterInitialize): void {
    this.sink = sink;
    this.contained = contained;
    this.afterInitialize = afterInitialize;
    hookInitialize(find);
    this.claimContained();
    for (const discovery of living()) if (!isAnyBooting()) discovery.tellAll();
  }

  /** Whatever no other application has claimed by now is ours. */
  tellAll(): void {
    if (!this.hasStarted) return;
    for (const observer of this.all) {
      if (!observer.sink.hasApplication) this.tell(observer);
      this.observers.loosen(observer);
    }
  }

  /** A copy of TypeORM may have been loaded meanwhile. */
  lookAgain(): void {
    hookInitialize(find);
    this.tellAll();
  }

  stop(): void {
    watches = watches.filter((reference) => reference.deref() !== this);
    this.tellAll();
    for (const observer of this.all) observer.stop();
    this.observers.clear();
    this.ended.stop();
    this.contained = [];
    // A data source that another application contains as well belongs to that one from now on.
    for (const discovery of living()) discovery.claimContained();
    if (living().length === 0) unhookAll();
  }

  /** Made by hand and not initialized, any more or yet: it comes back if it is initialized again. */
  isGivenUp(observer: DataSourceObserver): boolean {
    return !(this.observers.isContained(observer) || observer.isInitializing || observer.dataSource.isInitialized);
  }

  /** Some of those that are over: if they are many, the others come next time. */
  forgetGivenUp(): void {
    const over = this.all.filter((observer) => this.isOver(observer));
    for (const observer of over.slice(0, MAX_AT_ONCE)) {
      this.observers.delete(observer);
      observer.stop();
      this.end(observer.info);
    }
  }

  take(observer: DataSourceObserver): void {
    for (const other of this.all) other.isReplaced ||= other.info.name === observer.info.name;
    // Those that were made by hand and destroyed again must not be kept until the next scrape.
    if (this.hasStarted) this.forgetGivenUp();
    this.observers.keep(observer, false);
    if (!this.hasStarted) return;
    observer.info.fromBoot = false;
    this.tell(observer);
    this.observers.loosen(observer);
  }

  /** One that never connected may be initialized again as long as it exists: until then its `up` stays at 0. */
  private isOver(observer: DataSourceObserver): boolean {
    const { info, wasInitialized, isReplaced } = observer;
    return this.isGivenUp(observer) && (wasInitialized || isReplaced || info.fromBoot);
  }

  /** Its application has dropped it without `destroy()`. */
  private collected(info: DataSourceInfo): void {
    this.sink?.listeners.dataSourceRead(info, false, []);
    this.end(info);
  }

  /** Those of the boot are few, and that they are gone matters: they stay, with `up` at 0. */
  private end(info: DataSourceInfo): void {
    if (this.hasStarted && !info.fromBoot) this.ended.add(info);
  }

  private claimContained(): void {
    for (const one of this.contained) {
      try {
        this.claim(one);
      } catch (error) {
        this.sink?.boundary.report('typeorm', error);
      }
    }
  }

  private tell(observer: DataSourceObserver): void {
    if (this.sink === undefined) return;
    observer.afterInitialize = () => this.afterInitialize(observer);
    observer.tell(this.sink);
  }

  private claim({ dataSource, name }: ContainedDataSource): void {
    const observer = observerOf(dataSource) ?? observe(dataSource);
    const owner = living().find((discovery) => observer !== undefined && discovery.observers.has(observer));
    if (observer === undefined || (owner !== this && owner?.observers.isContained(observer) === true)) return;
    owner?.observers.delete(observer);
    if (owner !== this) owner?.end(observer.info);
    if (name !== undefined) observer.nameBy(name);
    observer.info.fromBoot = true;
    this.observers.keep(observer, true);
    this.tell(observer);
  }
}

/** Our own copy's observer of a data source. */
function observerOf(dataSource: DataSourceLike): DataSourceObserver | undefined {
  const observed = observedOf(dataSource);
  return observed instanceof DataSourceObserver ? observed : undefined;
}

/** The observer of a data source, made when it is seen for the first time; undefined when another copy of us has it. */
function find(dataSource: DataSourceLike): DataSourceObserver | undefined {
  const known = observerOf(dataSource);
  if (known !== undefined) return known;
  const observer = observe(dataSource);
  if (observer === undefined) return undefined;
  const newest = living().findLast(({ hasStarted }) => !hasStarted) ?? living().at(-1);
  if (newest !== undefined) newest.take(observer);
  else if (early.length < MAX_EARLY) early.push(observer);
  return observer;
}

/** Makes an observer that belongs to no application yet, so that its name may still change. */
function observe(dataSource: DataSourceLike): DataSourceObserver | undefined {
  if (isObserved(dataSource)) return undefined;
  const observer = new DataSourceObserver(dataSource);
  observer.sink.run(() => hookClassesOf(dataSource));
  return observer;
}

function living(): readonly DataSourceDiscovery[] {
  return watches.map((reference) => reference.deref()).filter((discovery) => discovery !== undefined);
}

/** While an application boots, an unclaimed data source may turn out to be of its container. */
function isAnyBooting(): boolean {
  return living().some(({ hasStarted }) => !hasStarted);
}
