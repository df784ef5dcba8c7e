// What a dashboard shows, as plain data. `grafana/` turns it into Grafana's JSON.

/** Grafana's names of units: https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
export type Unit =
  'short' | 's' | 'bytes' | 'binBps' | 'percentunit' | 'reqps' | 'ops' | 'cps' | 'bool' | 'dateTimeFromNow';

/** Queries by what their series are called in the legend, where `{{label}}` stands for the value of a label. */
export type Queries = Readonly<Record<string, string>>;

interface Described {
  readonly title: string;
  /** What is shown, and what a reader does with it. */
  readonly description: string;
  /** Of the 24 columns of the grid. */
  readonly width?: number;
}

/** Lines over time. */
export interface Graph extends Described {
  readonly kind: 'graph';
  readonly unit: Unit;
  readonly queries: Queries;
  /** The lines are parts of a whole, and are put on each other. */
  readonly isStacked?: boolean;
  /** The highest value there can be. */
  readonly max?: number;
}

/** One number as it is now. */
export interface Stat extends Described {
  readonly kind: 'stat';
  readonly unit: Unit;
  readonly query: string;
  /** From this value on the number is yellow, and red; without them it has no color. */
  readonly warnings?: { readonly yellow: number; readonly red: number };
}

/** How many observations fell into each bucket over time. */
export interface Heatmap extends Described {
  readonly kind: 'heatmap';
  readonly unit: Unit;
  readonly query: string;
}

/** One row per label set, one column per query. */
export interface Table extends Described {
  readonly kind: 'table';
  /** The titles of the columns with the labels by which all queries are grouped. */
  readonly labels: Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
  /** The title of the column that the rows are sorted by, the highest value first. */
  readonly sortedBy?: string;
  /** The values of a label open another dashboard, which has a variable with the name of the label. */
  readonly link?: { readonly label: string; readonly uid: string; readonly title: string };
}

export interface Column {
  readonly title: string;
  readonly unit: Unit;
  readonly query: string;
  /** Only the labels are of interest: the value, always 1, is not shown. */
  readonly isHidden?: boolean;
}

export type Panel = Graph | Stat | Heatmap | Table;

export interface Row {
  readonly title: string;
  /** Closed until it is clicked. For what many applications do not have, or what is seldom needed. */
  readonly isCollapsed?: boolean;
  readonly panels: readonly Panel[];
}

/** A variable with the values of a label, several of them or all. */
export interface LabelVariable {
  readonly label: string;
  readonly title: string;
  /** The metric whose series have the label. */
  readonly metric: string;
}

export interface DashboardPlan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Besides the data source, the job and the instance, which every dashboard has. */
  readonly variables?: readonly LabelVariable[];
  /** One instance is shown, instead of several or all. */
  readonly isOfOneInstance?: boolean;
  readonly rows: readonly Row[];
}
