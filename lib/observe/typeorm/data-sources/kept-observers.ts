import { type DataSourceInfo } from '../../database-events.js';
import { type DataSourceObserver } from './data-source-observer.js';

interface Collected {
  readonly reference: WeakRef<DataSourceObserver>;
  readonly info: DataSourceInfo;
}

/**
 * The observers of one application. A data source keeps its own observer, so one that was made by hand and dropped
 * without `destroy()` can be collected together with it: we hold it weakly once everything of it has been told.
 */
export class KeptObservers {
  /** True for those of the container, which no other application takes. */
  private readonly held = new Map<DataSourceObserver, boolean>();
  private readonly weak = new Set<WeakRef<DataSourceObserver>>();
  private readonly references = new WeakMap<DataSourceObserver, WeakRef<DataSourceObserver>>();
  private readonly registry: FinalizationRegistry<Collected>;

  constructor(collected: (info: DataSourceInfo) => void) {
    this.registry = new FinalizationRegistry(({ reference, info }) => {
      if (this.weak.delete(reference)) collected(info);
    });
  }

  get all(): readonly DataSourceObserver[] {
    const weak = [...this.weak].map((reference) => reference.deref());
    return [...this.held.keys(), ...weak.filter((observer) => observer !== undefined)];
  }

  has(observer: DataSourceObserver): boolean {
    return this.held.has(observer) || this.references.has(observer);
  }

  isContained(observer: DataSourceObserver): boolean {
    return this.held.get(observer) === true;
  }

  keep(observer: DataSourceObserver, isContained: boolean): void {
    this.delete(observer);
    this.held.set(observer, isContained);
  }

  /** From now on only as long as the application has its data source. */
  loosen(observer: DataSourceObserver): void {
    if (this.held.get(observer) !== false) return;
    this.held.delete(observer);
    const reference = new WeakRef(observer);
    this.references.set(observer, reference);
    this.weak.add(reference);
    this.registry.register(observer, { reference, info: observer.info }, observer);
  }

  delete(observer: DataSourceObserver): void {
    this.held.delete(observer);
    const reference = this.references.get(observer);
    if (reference === undefined) return;
    this.references.delete(observer);
    this.weak.delete(reference);
    this.registry.unregister(observer);
  }

  clear(): void {
    for (const observer of this.all) this.delete(observer);
  }
}
