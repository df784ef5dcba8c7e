import { NESTJS_HTTP_REQUEST_DURATION_SECONDS } from '../../catalogue/nest/http.definitions.js';
import { CommandFault } from '../command-fault.js';
import { accessOf } from '../read/access.js';
import { readEndpoint } from '../read/endpoint.js';
import { namespaceOf } from '../read/namespace-of.js';
import { type Published } from '../read/published.js';
import { type Terminal } from '../terminal.js';
import { type WriteFlags } from './write-flags.js';

/** What is known of the application that files are written for. */
export interface Application {
  /** What its names begin with: `shop_`, or nothing. */
  readonly namespace: string;
  /** The bounds of its request durations; undefined if they are not known. */
  readonly durationBuckets: readonly number[] | undefined;
}

/** The application that `--from` publishes the metrics of, or that `--namespace` describes. Flags come first. */
export async function applicationOf(flags: WriteFlags, terminal: Terminal): Promise<Application> {
  const given = flags.namespace === undefined ? undefined : prefixOf(flags.namespace);
  if (flags.from === undefined) return { namespace: given ?? '', durationBuckets: undefined };
  const { shown, published } = await readEndpoint(flags.from, accessOf(flags), terminal);
  const namespace = namespaceOf(published);
  if (namespace === undefined)
    throw new CommandFault(`${shown} has no nestjs_metrics_info: it is not of this library.`);
  refuseOtherNamings(shown, published, namespace);
  const durationBuckets = boundsOf(published, namespace + NESTJS_HTTP_REQUEST_DURATION_SECONDS.name);
  if (durationBuckets === undefined) {
    terminal.note('note: There were no requests yet, so the default buckets of their durations are assumed.\n');
  }
  noteCommonLabels(published, terminal);
  return { namespace: given ?? namespace, durationBuckets };
}

/** As the option `namespace`: `shop` and `shop_` are the same. */
function prefixOf(namespace: string): string {
  if (namespace === '') return '';
  if (/^[a-zA-Z_]\w*$/.test(namespace)) return namespace.endsWith('_') ? namespace : `${namespace}_`;
  throw new CommandFault(`Expected --namespace to be letters, digits and _, got ${namespace}.`);
}

const OF_NEST = /^(?:nestjs_(?:http|cache)|typeorm)_/;
const OF_OTHERS = /^(?:django|http_server|db_client)_/;

function refuseOtherNamings(shown: string, { metrics }: Published, namespace: string): void {
  const names = Array.from(metrics.keys(), (name) => name.slice(namespace.length));
  if (!names.some((name) => OF_OTHERS.test(name)) || names.some((name) => OF_NEST.test(name))) return;
  throw new CommandFault(
    `${shown} has no names of the naming "nest", which our rules and dashboards read: ` +
      'publish them too, as in naming: ["nest", "django"].',
  );
}

function boundsOf({ metrics }: Published, name: string): readonly number[] | undefined {
  const samples = metrics.get(name)?.family.samples ?? [];
  const bounds = samples.flatMap(({ labels }) => (labels['le'] === undefined ? [] : [Number(labels['le'])]));
  const finite = [...new Set(bounds)].filter((bound) => Number.isFinite(bound));
  return finite.length === 0 ? undefined : finite.toSorted((one, other) => one - other);
}

/** One scrape does not tell which labels differ between instances. */
function noteCommonLabels({ metrics }: Published, terminal: Terminal): void {
  const withSeries = [...metrics.values()].filter(({ seriesCount }) => seriesCount > 0);
  const [first, ...others] = withSeries.map(({ labels }) => labels);
  const common = [...(first ?? [])].filter((label) => others.every((labels) => labels.has(label)));
  if (common.length === 0) return;
  terminal.note(
    `note: All metrics have the label ${common.join(', ')}. If its value differs between instances of the ` +
      'application, add it to --instance-labels.\n',
  );
}
