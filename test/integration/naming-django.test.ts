import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exposition, type Labels, readExposition } from '../support/exposition.js';
import { type NestApp, PLATFORMS } from '../support/nest-app.js';
import { EXPOSED_BY_DJANGO, sendRequests, settled, startKennel } from '../support/django/kennel-app.js';

const DJANGO = readExposition(EXPOSED_BY_DJANGO, 'text');

/** Series that are compared by their value: all but durations, sizes and the statements of the two ORMs. */
const COUNTS = /^django_(?:http|cache|model|migrations)_.*(?:_total|_count)$|^django_db_(?:execute_many|errors)_total$/;

function textOf(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).toSorted(([a], [b]) => a.localeCompare(b));
  return `${name}{${pairs.map(([label, value]) => `${label}="${value}"`).join(', ')}}`;
}

/** Every count that is not 0: series at zero say nothing about a request. */
function countsOf(metrics: Exposition): ReadonlyMap<string, number> {
  const counted = [...metrics].filter(({ name, value }) => COUNTS.test(name) && value !== 0);
  return new Map(counted.map(({ name, labels, value }) => [textOf(name, labels), value]));
}

const LATENCY = 'django_http_requests_latency_seconds_by_view_method_count';

/** What django-prometheus counts and we do not, and what we count instead. */
const DIFFERENCES: Readonly<Record<string, readonly [django: number | undefined, ours: number | undefined]>> = {
  // An exception is observed twice.
  [`${LATENCY}{method="GET", view="KennelController.broken"}`]: [2, 1],
  [`${LATENCY}{method="GET", view="KennelController.secret"}`]: [2, 1],
  // The method is not checked in this one metric.
  [`${LATENCY}{method="PROPFIND", view="<unnamed view>"}`]: [1, undefined],
  [`${LATENCY}{method="<invalid method>", view="<unnamed view>"}`]: [undefined, 1],
  // Calls of save(), the failed one too, against committed rows, those of the litter too.
  'django_model_inserts_total{model="dog"}': [2, 4],
};

describe.each(PLATFORMS)('the naming django on %s', (platform) => {
  let app: NestApp;
  let metrics: Exposition;

  beforeAll(async () => {
    app = await startKennel({ platform, metrics: { naming: 'django' } });
    await sendRequests(app);
    metrics = await settled(app);
  });
  afterAll(() => app.close());

  it('counts what django-prometheus counts for the same requests', () => {
    const [django, ours] = [new Map(countsOf(DJANGO)), new Map(countsOf(metrics))];
    for (const [series, [inDjango, inOurs]] of Object.entries(DIFFERENCES)) {
      expect([series, django.get(series), ours.get(series)]).toEqual([series, inDjango, inOurs]);
      for (const counts of [django, ours]) counts.delete(series);
    }
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(django));
  });
});
