import { type ClosedLabel, type LabelDefinitions } from './definition.js';
import { labelValue } from './label-text.js';

/** What a caller without types may give for `LabelValues`. */
export type Given = Readonly<Record<string, unknown>> | null | undefined;

/** A level of the index: the value of one label leads to the next level, the last one to the series. */
type Level<S> = Map<unknown, Level<S> | S>;

/** The series of one metric by the values of their labels: a map lookup per label. */
export class LabelIndex<S extends object> {
  private readonly names: readonly string[];
  private readonly root: Level<S> = new Map();

  constructor(labels: LabelDefinitions) {
    this.names = fewestValuesFirst(labels);
  }

  find(values: Given): S | undefined {
    let at: Level<S> | S | undefined = this.root;
    for (const name of this.names) at = (at as Level<S> | undefined)?.get(values?.[name]);
    return at as S | undefined;
  }

  insert(values: Readonly<Record<string, string>>, series: S): void {
    let level = this.root;
    const last = this.names.length - 1;
    this.names.forEach((name, depth) => {
      const value = values[name];
      if (depth === last) level.set(value, series);
      else level = (level.get(value) as Level<S> | undefined) ?? addLevel(level, value);
    });
  }

  /** Takes out every series that has these values, whatever its other labels are, except for `kept`. */
  take(values: Given, kept: S | undefined): readonly S[] {
    // A name that is none of the labels would otherwise match everything.
    if (!isObject(values) || !Object.keys(values).every((name) => this.names.includes(name))) return [];
    const wanted = new Map(this.names.filter((name) => name in values).map((name) => [name, labelValue(values[name])]));
    // So would a list, or a Map; only `{}` means everything.
    if (wanted.size === 0 && !isPlain(values)) return [];
    const taken: S[] = [];
    this.takeFrom(this.root, 0, wanted, (series) => series !== kept && taken.push(series) > 0);
    return taken;
  }

  private takeFrom(
    level: Level<S>,
    depth: number,
    wanted: ReadonlyMap<string, string>,
    take: (series: S) => boolean,
  ): void {
    const isLast = depth === this.names.length - 1;
    for (const [value, below] of matching(level, wanted.get(this.names[depth]!))) {
      if (isLast) {
        if (take(below as S)) level.delete(value);
      } else {
        this.takeFrom(below as Level<S>, depth + 1, wanted, take);
        if ((below as Level<S>).size === 0) level.delete(value);
      }
    }
  }
}

function matching<S>(level: Level<S>, value: string | undefined): Iterable<readonly [unknown, Level<S> | S]> {
  if (value === undefined) return level;
  const below = level.get(value);
  return below === undefined ? [] : [[value, below]];
}

function addLevel<S>(parent: Level<S>, value: unknown): Level<S> {
  const level: Level<S> = new Map();
  parent.set(value, level);
  return level;
}

/** Few values near the root, many in the leaves: the other way round every leaf would be a map of one. */
function fewestValuesFirst(labels: LabelDefinitions): readonly string[] {
  const size = (name: string) => (labels[name] as Partial<ClosedLabel> | undefined)?.values?.length ?? Infinity;
  return Object.keys(labels).toSorted((a, b) => (size(a) === size(b) ? 0 : size(a) - size(b)));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Of whatever realm: its prototype is the end of the chain. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
