import { lintExposition } from 'nestjs-prometheus-exporter/testing';
import { describe, expect, it } from 'vitest';
import { checkMetrics } from '../support/promtool.js';
import { needs } from '../support/services.js';

/** A metric with its head and one sample, in the text format. */
function metric(name: string, type: string, sample = `${name} 1`): string {
  return `# HELP ${name} What it is.\n# TYPE ${name} ${type}\n${sample}\n`;
}

const histogram = (name: string, label = '') =>
  metric(
    name,
    'histogram',
    `${name}_bucket{${label}le="1"} 1\n${name}_bucket{${label}le="+Inf"} 1\n` +
      `${name}_sum{${label.slice(0, -1)}} 1\n${name}_count{${label.slice(0, -1)}} 1`,
  );

const GOOD: Readonly<Record<string, string>> = {
  'a counter': metric('dogs_total', 'counter'),
  'a gauge': metric('dogs', 'gauge'),
  'a gauge with a base unit': metric('dog_weight_grams', 'gauge'),
  'a counter with a base unit': metric('food_bytes_total', 'counter'),
  'a word that only ends like a unit': metric('thermometers', 'gauge'),
  'a word that only begins like a unit': metric('bitsy', 'gauge'),
  'a histogram': histogram('walk_duration_seconds'),
  'a histogram with a label': histogram('walk_duration_seconds', 'place="park",'),
  'a summary': metric(
    'walk_seconds',
    'summary',
    'walk_seconds{quantile="0.5"} 1\nwalk_seconds_sum 1\nwalk_seconds_count 1',
  ),
  'an untyped metric with a suffix': metric('dogs_total', 'untyped'),
  'an untyped metric with a reserved label': metric('dogs', 'untyped', 'dogs{le="1"} 1'),
  'an untyped metric that ends like a part of a histogram': metric('dogs_count', 'untyped'),
  'an abbreviation as the first word': metric('ms_dogs', 'gauge'),
  'series in capitals': metric('DOGS', 'gauge', 'DOGS{BREED="Beagle"} 1'),
  'two series whose labels differ': metric('dogs', 'gauge', 'dogs{breed="Beagle"} 1\ndogs{breed="Poodle"} 1'),
  'nothing at all': '',
};

const BAD: Readonly<Record<string, string>> = {
  'no help text': '# TYPE dogs gauge\ndogs 1\n',
  'an empty help text': '# HELP dogs \n# TYPE dogs gauge\ndogs 1\n',
  'neither help nor type': 'dogs 1\n',
  minutes: metric('walk_minutes', 'gauge'),
  hours: metric('walk_hours_total', 'counter'),
  milliseconds: metric('walk_milliseconds', 'gauge'),
  kilobytes: metric('food_kilobytes_total', 'counter'),
  miles: metric('walked_miles', 'gauge'),
  fahrenheit: metric('kennel_fahrenheit', 'gauge'),
  pounds: metric('dog_pounds', 'gauge'),
  bits: metric('food_bits', 'gauge'),
  calories: metric('food_calories', 'gauge'),
  'a counter without _total': metric('dogs', 'counter'),
  'a gauge with _total': metric('dogs_total', 'gauge'),
  'a histogram with _total': histogram('dogs_total'),
  'a gauge with _bucket': metric('dog_bucket', 'gauge'),
  'a gauge with _count': metric('dog_count', 'gauge'),
  'a gauge with _sum': metric('dog_sum', 'gauge'),
  'a counter with _count': metric('dog_count', 'counter'),
  'a gauge with le': metric('dogs', 'gauge', 'dogs{le="1"} 1'),
  'a counter with quantile': metric('dogs_total', 'counter', 'dogs_total{quantile="1"} 1'),
  'a histogram with quantile': histogram('walk_seconds', 'quantile="1",'),
  'a summary with le': metric('walk_seconds', 'summary', 'walk_seconds_sum{le="1"} 1\nwalk_seconds_count{le="1"} 1'),
  'its type in the name': metric('dogs_gauge', 'gauge'),
  'its type amid the name': metric('dogs_counter_total', 'counter'),
  'a colon': metric('kennel:dogs', 'gauge'),
  'a colon, and nothing else': 'kennel:dogs 1\n',
  'a name in camelCase': metric('dogNames', 'gauge'),
  'a label in camelCase': metric('dogs', 'gauge', 'dogs{dogBreed="Beagle"} 1'),
  'labels in camelCase of several series': metric('dogs', 'gauge', 'dogs{aB="1",cD="1"} 1\ndogs{aB="2",cD="1"} 1'),
  'an abbreviated unit': metric('walk_ms', 'gauge'),
  'an abbreviated unit amid the name': metric('food_kb_total', 'counter'),
  'an abbreviated unit in capitals': metric('food_MB', 'gauge'),
  'much at once': metric('walkTime_gauge_ms_count', 'gauge', 'walkTime_gauge_ms_count{le="1",dogName="Rex"} 1'),
  'two metrics, one of which is sound': metric('dogs', 'gauge') + metric('walk_minutes', 'gauge'),
};

/** promtool says some things once per series; once per metric is enough. */
async function promtoolSays(exposition: string): Promise<readonly string[]> {
  const lines = (await checkMetrics(exposition)).split('\n').filter((line) => line !== '');
  return [...new Set(lines)].toSorted();
}

function weSay(exposition: string): readonly string[] {
  return lintExposition(exposition)
    .map(({ metric: name, problem }) => `${name} ${problem}`)
    .toSorted();
}

describe('the linter', () => {
  it.each(Object.entries(GOOD))('is content with %s', (_, exposition) => {
    expect(weSay(exposition)).toEqual([]);
  });

  it.each(Object.entries(BAD))('complains about %s', (_, exposition) => {
    expect(weSay(exposition)).not.toEqual([]);
  });

  // promtool learned of it later than Debian's.
  it('complains about a series that is there twice, in whatever order its labels are', () => {
    expect(weSay(metric('dogs', 'gauge', 'dogs{a="1",b="2"} 1\ndogs{b="2",a="1"} 1'))).toEqual([
      'dogs metric not unique',
    ]);
  });

  // Debian's promtool minds every type.
  it('does not mind the name of another type', () => {
    expect(weSay(metric('dogs_histogram', 'gauge'))).toEqual([]);
  });

  it('looks at metrics without series', () => {
    expect(weSay('# TYPE walk_minutes gauge\n')).toEqual([
      'walk_minutes no help text',
      'walk_minutes use base unit "seconds" instead of "minutes"',
    ]);
  });

  it('knows counters of OpenMetrics by the names of their samples', () => {
    expect(weSay('# TYPE dogs counter\n# HELP dogs Dogs.\ndogs_total 1\n# EOF\n')).toEqual([]);
    expect(weSay('# TYPE dogs info\n# HELP dogs Dogs.\ndogs_info{a="1"} 1\n# EOF\n')).toEqual([]);
  });

  it('throws at a line that it cannot read', () => {
    expect(() => lintExposition('dogs 1\ndogs{ 1\n')).toThrow(/in line 2: "dogs\{ 1"/);
  });
});

needs('promtool')('the linter says the same as promtool', () => {
  it.each(Object.entries({ ...GOOD, ...BAD }))('of %s', async (_, exposition) => {
    expect(weSay(exposition)).toEqual(await promtoolSays(exposition));
  });
});
