import { expectMetric, snapshot } from 'nestjs-prometheus-exporter/testing';
import { expect, it } from 'vitest';
import { defineCounter } from '../../lib/metrics/definition.js';
import { MetricStore } from '../../lib/metrics/store.js';

const gauge = (value: string) => `# TYPE level gauge\nlevel ${value}\n`;

it('infinity is no finite number', async () => {
  await expect(expectMetric(gauge('+Inf'), 'level').toBe(5)).rejects.toThrow('Expected level to be 5');
  await expect(expectMetric(gauge('+Inf'), 'level').toBe(-Infinity)).rejects.toThrow('Expected level');
  await expectMetric(gauge('+Inf'), 'level').toBe(Infinity);
});

it('large numbers are told apart', async () => {
  await expect(expectMetric(gauge('1700000001'), 'level').toBe(1_700_000_000)).rejects.toThrow('Expected level');
  const store = new MetricStore();
  const bytes = store.counter(defineCounter({ name: 'sent_bytes_total', help: 'Bytes sent.' })).labels({});
  bytes.inc(5e9);
  const before = await snapshot(store);
  bytes.inc(3);
  const sent = expectMetric(store, 'sent_bytes_total').since(before);
  await sent.toHaveIncreasedBy(3);
  await expect(sent.toHaveIncreasedBy(1)).rejects.toThrow('Expected sent_bytes_total');
});

it('a family of very many series can be described', async () => {
  const lines = Array.from({ length: 70_000 }, (_, index) => `x{a="${index}"} 0`);
  await expect(expectMetric(`# TYPE x gauge\n${lines.join('\n')}\n`, 'x').toBe(1)).rejects.toThrow(
    'Expected x to be 1',
  );
});
