import { type DataSourceInfo } from '../../database-events.js';
import { WeakMembers } from '../../weak-members.js';
import { type DataSourceObserver } from './data-source-observer.js';

/**
 * The observers of one application. A data source keeps its own observer, so one that was made by hand and dropped
 * without `destroy()` can be collected together with it: it is held weakly once everything about it has been told.
 */
export class KeptObservers {
  /** True for those of the container, which no other application takes. */
  private readonly held = new Map<DataSourceObserver, boolean>();
  private readonly weak: WeakMembers<DataSourceObserver, DataSourceInfo>;

  constructor(collected: (info: DataSourceInfo) => void) {
    this.weak = new WeakMembers(collected);
  }

  get all(): readonly DataSourceObserver[] {
    return [...this.held.keys(), ...this.weak.all];
  }

  has(observer: DataSourceObserver): boolean {
    return this.held.has(observer) || this.weak.has(observer);
  }

  isContained(observer: DataSourceObserver): boolean {
    return this.held.get(observer) === true;
  }

  keep(observer: DataSourceObserver, isContained: boolean): void {
    this.delete(observer);
    this.held.set(observer, isContained);
  }

  /** From now on it is held only as long as the application has its data source. */
  loosen(observer: DataSourceObserver): void {
    if (this.held.get(observer) !== false) return;
    this.held.delete(observer);
    this.weak.add(observer, observer.info);
  }

  delete(observer: DataSourceObserver): void {
    this.held.delete(observer);
    this.weak.delete(observer);
  }

  clear(): void {
    this.held.clear();
    this.weak.clear();
  }
}
