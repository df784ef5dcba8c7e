import { type DataSourceInfo } from '../observe/database-events.js';
import { type DataSourceSeriesMaker, type NamedHandles } from './data-source-series.js';
import { HandlesByKey } from './handles-by-key.js';

/** The handles of the data sources of an application. They are removed with the last data source of a name. */
export class DataSourceHandles<Handles extends NamedHandles> {
  private readonly byDataSource = new HandlesByKey((dataSource: DataSourceInfo) => this.add(dataSource));
  /**
   * Data sources that have not ended, by the name in their label. Several can share a name, and with it their series.
   */
  private readonly living = new Map<string, Set<DataSourceInfo>>();
  /** Data sources with at least one label set folded into `_overflow`. */
  private readonly folded = new Set<DataSourceInfo>();
  /** The value of `series.folded` at the last `lookAgain()`. */
  private foldedBefore = 0;

  /**
   * @param series called at the first event, so that an application without a data source has no metrics of them
   * @param unfolded the handles to use from now on, of those until now and those that are found after a removal
   * @param onRemoval called when handles of entities that were folded may fit into the budget
   */
  constructor(
    private readonly series: () => DataSourceSeriesMaker<Handles>,
    private readonly unfolded: (former: Handles, found: Handles) => Handles,
    private readonly onRemoval: () => void,
  ) {}

  of(dataSource: DataSourceInfo): Handles {
    return this.byDataSource.of(dataSource);
  }

  ended(dataSource: DataSourceInfo): void {
    const { name } = this.of(dataSource);
    this.folded.delete(dataSource);
    const living = this.living.get(name);
    living?.delete(dataSource);
    if (living?.size !== 0) return;
    this.living.delete(name);
    this.series().remove(name);
    this.lookAgain();
  }

  /** Statements and transactions that end after their data source was removed must not create new series for it. */
  isLiving({ name }: Handles): boolean {
    return this.living.has(name);
  }

  private add(dataSource: DataSourceInfo): Handles {
    const found = this.find(dataSource);
    const others = this.living.get(found.name);
    if (others === undefined) this.living.set(found.name, new Set([dataSource]));
    else others.add(dataSource);
    return found;
  }

  private find(dataSource: DataSourceInfo): Handles {
    const series = this.series();
    const { folded } = series;
    const found = series.ofDataSource(dataSource);
    if (series.folded > folded) this.folded.add(dataSource);
    return found;
  }

  /**
   * After a data source ended, label sets folded into `_overflow` may fit into the budget. Entities get new handles
   * when they are used next. Data sources get new handles until one does not fit, so that the cost of a removal does
   * not grow with the number of data sources.
   */
  private lookAgain(): void {
    const { folded } = this.series();
    if (folded === this.foldedBefore) return;
    this.foldedBefore = folded;
    this.onRemoval();
    for (const dataSource of this.folded) {
      this.folded.delete(dataSource);
      this.byDataSource.replace(dataSource, this.unfolded(this.of(dataSource), this.find(dataSource)));
      if (this.folded.has(dataSource)) return;
    }
  }
}
