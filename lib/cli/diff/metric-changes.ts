import { type Published, type PublishedMetric } from '../read/published.js';
import { type Change } from './change.js';

/** A comparison of a metric that both sides have. */
interface Pair {
  readonly before: PublishedMetric;
  readonly after: PublishedMetric;
  readonly haveUnits: boolean;
}

/** What `after` publishes differently, by the name of the metric. Values are not compared. */
export function changesBetween(before: Published, after: Published): readonly Change[] {
  const names = [...new Set([...before.metrics.keys(), ...after.metrics.keys()])].toSorted();
  const haveUnits = before.hasUnits && after.hasUnits;
  return names.flatMap((name) => {
    const [was, is] = [before.metrics.get(name), after.metrics.get(name)];
    if (!was || !is) return oneSided(name, was, is);
    const pair = { before: was, after: is, haveUnits };
    return [typeChange, unitChange, labelChanges, boundChanges, helpChange].flatMap((compare) => compare(pair));
  });
}

function oneSided(
  metric: string,
  was: PublishedMetric | undefined,
  is: PublishedMetric | undefined,
): readonly Change[] {
  const { type } = (was ?? is)!.family;
  return was
    ? [{ metric, kind: 'removed', what: undefined, breaks: true, message: `${type} removed` }]
    : [{ metric, kind: 'added', what: undefined, breaks: false, message: `${type} added` }];
}

/** The text format says `untyped` for what is `unknown` in OpenMetrics. */
const typeOf = ({ family: { type } }: PublishedMetric) => (type === 'unknown' ? 'untyped' : type);

function typeChange({ before, after }: Pair): readonly Change[] {
  const [was, is] = [typeOf(before), typeOf(after)];
  if (was === is) return [];
  return [changed(before, 'type', true, `type ${was} is now ${is}`)];
}

function unitChange({ before, after, haveUnits }: Pair): readonly Change[] {
  const [was = '', is = ''] = [before.family.unit, after.family.unit];
  if (!haveUnits || was === is) return [];
  return [changed(before, 'unit', true, `unit ${was || 'none'} is now ${is || 'none'}`)];
}

function helpChange({ before, after }: Pair): readonly Change[] {
  const [was = '', is = ''] = [before.family.help, after.family.help];
  if (was === is) return [];
  return [changed(before, 'help', false, `help ${JSON.stringify(was)} is now ${JSON.stringify(is)}`)];
}

/** Labels that belong to the type, whose values are compared instead. */
const BOUNDS = { bucket: 'le', quantile: 'quantile' } as const;
const isBound = (label: string) => label === BOUNDS.bucket || label === BOUNDS.quantile;

/** Without a series, nobody knows the labels. */
const areKnown = ({ before, after }: Pair) => before.seriesCount > 0 && after.seriesCount > 0;

function labelChanges(pair: Pair): readonly Change[] {
  const { before, after } = pair;
  if (!areKnown(pair)) return [];
  const removed = missingIn(before.labels, after.labels).filter((label) => !isBound(label));
  const added = missingIn(after.labels, before.labels).filter((label) => !isBound(label));
  return [
    ...removed.map((label) => changed(before, 'label', true, `label ${label} removed`)),
    ...added.map((label) => changed(before, 'label', false, `label ${label} added`)),
  ];
}

function boundChanges(pair: Pair): readonly Change[] {
  const { before, after } = pair;
  if (!areKnown(pair) || typeOf(before) !== typeOf(after)) return [];
  return (['bucket', 'quantile'] as const).flatMap((what) => {
    const [was, is] = [boundsOf(before, BOUNDS[what]), boundsOf(after, BOUNDS[what])];
    const [removed, added] = [missingIn(was, is), missingIn(is, was)];
    return [
      ...(removed.length > 0 ? [changed(before, what, true, `${what} ${removed.join(', ')} removed`)] : []),
      ...(added.length > 0 ? [changed(before, what, false, `${what} ${added.join(', ')} added`)] : []),
    ];
  });
}

/** As numbers: `1` and `1.0` are the same bound. */
function boundsOf({ family: { samples } }: PublishedMetric, label: string): ReadonlySet<string> {
  const values = samples.flatMap(({ labels }) => (Object.hasOwn(labels, label) ? [labels[label]!] : []));
  return new Set(values.map((value) => (Number.isNaN(Number(value)) ? value : String(Number(value)))));
}

function missingIn(from: ReadonlySet<string>, other: ReadonlySet<string>): readonly string[] {
  return [...from].filter((one) => !other.has(one));
}

function changed({ name: metric }: PublishedMetric, what: Change['what'], breaks: boolean, message: string): Change {
  return { metric, kind: 'changed', what, breaks, message };
}
