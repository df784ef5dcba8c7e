import { expect, it } from 'vitest';
import { labelsLeft } from '../../support/labels-left.js';

const LABELS: Readonly<Record<string, readonly string[]>> = {
  requests: ['job', 'instance', 'route', 'status'],
  bucket: ['job', 'route', 'le'],
  info: ['job', 'instance', 'version'],
};

it.each([
  ['requests', 'instance job route status'],
  ['sum(requests)', ''],
  ['sum by (route) (rate(requests[5m]))', 'route'],
  ['sum without (instance, status) (requests)', 'job route'],
  ['topk(5, sum by (route) (requests))', 'route'],
  ['count_values("value", requests)', 'value'],
  ['histogram_quantile(0.9, sum by (route, le) (rate(bucket[5m]))) > 0', 'route'],
  ['sum by (job) (requests) / on (job) sum by (job) (requests)', 'job'],
  ['requests / ignoring (status) sum without (status) (requests)', 'instance job route'],
  ['requests * on (instance) group_left (version) info', 'instance job route status version'],
  ['info * on (instance) group_right (version) requests', 'instance job route status version'],
  ['sum by (route) (requests) or sum by (job) (requests)', 'job route'],
  ['sum by (route) (requests) and on (route) requests', 'route'],
  ['sum by (route) (requests) / scalar(sum by (job) (requests))', 'route'],
  ['label_replace(sum by (job) (requests), "path", "$1", "job", "(.*)")', 'job path'],
  ['max_over_time(sum by (job) (requests)[1h:])', 'job'],
  ['absent(requests)', ''],
])('%s leaves %s', (expression, labels) => {
  expect(
    labelsLeft(expression, (metric) => LABELS[metric] ?? [])
      .toSorted()
      .join(' '),
  ).toBe(labels);
});
