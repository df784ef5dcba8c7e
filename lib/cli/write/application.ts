import { DJANGO_HTTP_REQUESTS_LATENCY_SECONDS_BY_VIEW_METHOD } from '../../catalogue/django/http.definitions.js';
import { type Naming, NAMINGS } from '../../catalogue/naming.js';
import { NESTJS_HTTP_REQUEST_DURATION_SECONDS } from '../../catalogue/nest/http.definitions.js';
import { HTTP_SERVER_REQUEST_DURATION_SECONDS } from '../../catalogue/otel/http.definitions.js';
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
  /** Of the namings that it publishes, the one that the files read. */
  readonly naming: Naming;
  /** The bounds of its request durations. */
  readonly durationBuckets: readonly number[];
}

/** The names that only one naming has, and its request durations. */
const BY_NAMING = {
  nest: { names: /^(?:nestjs_(?:http|cache)|typeorm)_/, durations: NESTJS_HTTP_REQUEST_DURATION_SECONDS },
  django: { names: /^django_/, durations: DJANGO_HTTP_REQUESTS_LATENCY_SECONDS_BY_VIEW_METHOD },
  otel: { names: /^(?:http_server|db_client)_/, durations: HTTP_SERVER_REQUEST_DURATION_SECONDS },
} as const;

/** The application that `--from` publishes the metrics of, or that the flags describe. Flags come first. */
export async function applicationOf(flags: WriteFlags, terminal: Terminal): Promise<Application> {
  const given = flags.namespace === undefined ? undefined : prefixOf(flags.namespace);
  if (flags.from === undefined) return described(given ?? '', flags.naming ?? 'nest');
  const { shown, published } = await readEndpoint(flags.from, accessOf(flags), terminal);
  const namespace = namespaceOf(published);
  if (namespace === undefined)
    throw new CommandFault(`${shown} has no nestjs_metrics_info: it is not of this library.`);
  const naming = namingOf(flags.naming, shown, published, namespace);
  noteCommonLabels(published, terminal);
  const durationBuckets = boundsOf(published, namespace + BY_NAMING[naming].durations.name);
  if (durationBuckets !== undefined) return { namespace: given ?? namespace, naming, durationBuckets };
  terminal.note('note: There were no requests yet, so the default buckets of their durations are assumed.\n');
  return described(given ?? namespace, naming);
}

function described(namespace: string, naming: Naming): Application {
  return { namespace, naming, durationBuckets: BY_NAMING[naming].durations.buckets };
}

/** As the option `namespace`: `shop` and `shop_` are the same. */
function prefixOf(namespace: string): string {
  if (namespace === '') return '';
  if (/^[a-zA-Z_]\w*$/.test(namespace)) return namespace.endsWith('_') ? namespace : `${namespace}_`;
  throw new CommandFault(`Expected --namespace to be letters, digits and _, got ${namespace}.`);
}

/** The one that is asked for, or the first one that is published. */
function namingOf(asked: Naming | undefined, shown: string, { metrics }: Published, namespace: string): Naming {
  const names = Array.from(metrics.keys(), (name) => name.slice(namespace.length));
  const published = NAMINGS.filter((naming) => names.some((name) => BY_NAMING[naming].names.test(name)));
  if (asked === undefined) return published[0] ?? 'nest';
  if (published.includes(asked)) return asked;
  throw new CommandFault(
    `${shown} has no names of the naming ${asked}, but of ${published.join(' and ') || 'none'}: take one of these, or publish it too.`,
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
      `application, give --instance-labels instance,${common.join(',')}.\n`,
  );
}
