import { type Audience, DataSourceObserver } from './data-source-observer.js';
import { isObserved, observerOf } from './observed.js';
import { hookClassesOf, hookInitialize, unhookAll } from './typeorm-hooks.js';
import { type DataSourceLike } from './typeorm-types.js';

/** A data source of an application's container. */
export interface ContainedDataSource {
  readonly dataSource: DataSourceLike;
  /** What its token says, where its options have lost the name. */
  readonly name: string | undefined;
}

/** Those that were initialized before there was any application are held for the first; failed ones may be many. */
const MAX_EARLY = 100;

/** The applications of this process, the newest last. Weak, for one whose boot fails is never told to stop. */
let watches: readonly WeakRef<DataSourceWatch>[] = [];
const early: DataSourceObserver[] = [];

/** From now on data sources are seen when they are initialized, though there is no application yet to hear of them. */
export function watchForDataSources(): void {
  hookInitialize(find);
}

/**
 * The data sources of one application: those of its container, and those that were made by hand while it was the newest
 * application of the process. So that start-up statements are seen, it has to be made before any data source is.
 */
export class DataSourceWatch {
  /** True for those of the container, which no other application takes. */
  private readonly observers = new Map<DataSourceObserver, boolean>();
  private audience: Audience | undefined;
  private contained: readonly ContainedDataSource[] = [];

  constructor() {
    hookInitialize(find);
    watches = [...watches, new WeakRef(this)];
    for (const observer of early.splice(0)) this.take(observer);
  }

  get all(): readonly DataSourceObserver[] {
    return [...this.observers.keys()];
  }

  get hasStarted(): boolean {
    return this.audience !== undefined;
  }

  /** The application is ready to hear; `contained` are its own data sources, initialized or not. */
  start(audience: Audience, contained: readonly ContainedDataSource[]): void {
    this.audience = audience;
    this.contained = contained;
    hookInitialize(find);
    this.claimContained();
    for (const watch of living()) if (!isAnyBooting()) watch.tellAll();
  }

  /** Whatever no other application has claimed by now is ours. */
  tellAll(): void {
    if (this.audience === undefined) return;
    for (const observer of this.observers.keys()) if (!observer.isTold) observer.tell(this.audience);
  }

  /** A copy of TypeORM may have been loaded meanwhile. */
  lookAgain(): void {
    hookInitialize(find);
    this.tellAll();
  }

  stop(): void {
    watches = watches.filter((reference) => reference.deref() !== this);
    this.tellAll();
    for (const observer of this.observers.keys()) observer.stop();
    this.observers.clear();
    this.contained = [];
    // One that another application contains as well is that one's from now on.
    for (const watch of living()) watch.claimContained();
    if (living().length === 0) unhookAll();
  }

  /** Made by hand and not initialized any more: it comes back if it is initialized again. */
  forgetIfGivenUp(observer: DataSourceObserver): boolean {
    const isContained = this.observers.get(observer) === true;
    if (isContained || observer.isInitializing || observer.dataSource.isInitialized) return false;
    this.observers.delete(observer);
    observer.stop();
    return true;
  }

  take(observer: DataSourceObserver): void {
    this.observers.set(observer, false);
    if (this.audience === undefined) return;
    // Those that were made by hand and destroyed again are not to be kept until somebody reads.
    for (const other of this.all) if (other !== observer) this.forgetIfGivenUp(other);
    observer.info.fromBoot = false;
    observer.tell(this.audience);
  }

  private claimContained(): void {
    for (const one of this.contained) {
      try {
        this.claim(one);
      } catch (error) {
        this.audience?.report(error);
      }
    }
  }

  private claim({ dataSource, name }: ContainedDataSource): void {
    const observer = observerOf(dataSource) ?? find(dataSource);
    const owner = living().find((watch) => observer !== undefined && watch.observers.has(observer));
    if (observer === undefined || (owner !== this && owner?.observers.get(observer) === true)) return;
    owner?.observers.delete(observer);
    if (name !== undefined) observer.nameBy(name);
    this.observers.set(observer, true);
    if (this.audience !== undefined) observer.tell(this.audience);
  }
}

/** The observer of a data source, made when it is seen for the first time; undefined when another copy of us has it. */
function find(dataSource: DataSourceLike): DataSourceObserver | undefined {
  if (isObserved(dataSource)) return observerOf(dataSource);
  const observer = new DataSourceObserver(dataSource);
  observer.guarded(() => hookClassesOf(dataSource));
  const newest = living().findLast(({ hasStarted }) => !hasStarted) ?? living().at(-1);
  if (newest !== undefined) newest.take(observer);
  else if (early.length < MAX_EARLY) early.push(observer);
  return observer;
}

function living(): readonly DataSourceWatch[] {
  return watches.map((reference) => reference.deref()).filter((watch) => watch !== undefined);
}

/** While one boots, a data source that nobody has claimed may turn out to be of its container. */
function isAnyBooting(): boolean {
  return living().some(({ hasStarted }) => !hasStarted);
}
