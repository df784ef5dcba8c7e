import { afterEach, describe, expect, it } from 'vitest';
import { type Exposition, readExposition } from '../support/exposition.js';
import { send } from '../support/http-client.js';
import { PROMETHEUS_ACCEPT } from '../support/metrics-app.js';
import { MetricsProcess } from '../support/metrics-process.js';

const SCRAPES = 60;

let hammered: MetricsProcess;

/** Reading it checks that no family is torn: buckets are monotone, and `+Inf` is the count. */
async function scrape(i: number): Promise<Exposition> {
  const accept = i % 2 === 0 ? 'text/plain' : PROMETHEUS_ACCEPT;
  const { status, bytes } = await send(hammered.port, { path: '/metrics', headers: { accept } });
  if (status !== 200) throw new Error(`Scrape ${i} was answered with ${status}: ${bytes.toString().slice(0, 200)}`);
  return readExposition(bytes, i % 2 === 0 ? 'text' : 'openmetrics');
}

/** Dogs whose series has the number of another one. A series that was just made is at zero. */
function mistaken(exposition: Exposition): readonly string[] {
  return exposition
    .series('age')
    .filter(({ labels, value }) => value !== 0 && String(value) !== labels['dog'])
    .map(({ labels, value }) => `${labels['dog']} is ${value}`);
}

function balance(exposition: Exposition): number {
  return (
    exposition.sum('nestjs_http_requests_received_total') -
    exposition.sum('nestjs_http_requests_total') -
    exposition.sum('nestjs_http_requests_aborted_total') -
    exposition.sum('nestjs_http_requests_in_flight')
  );
}

/** Before the first answer of the application, no collector has a series. */
function wasAsked(exposition: Exposition): boolean {
  const successes = exposition.series('nestjs_metrics_collector_success');
  return successes.length > 0 && successes.every(({ value }) => value === 1);
}

describe(
  'readings of an application that counts, makes series and removes them without pause',
  { timeout: 120_000 },
  () => {
    afterEach(() => hammered.stop());

    it.each([
      ['with', true],
      ['without', false],
    ])('are never torn, %s turns of its event loop', async (_, turns) => {
      hammered = await MetricsProcess.start({ options: { server: { port: 0 } }, series: 500, inApp: true });
      const goOn = hammered.hammer(turns);
      const load = { isOn: turns };
      const requests = (async () => {
        while (load.isOn) await Promise.all([1, 2, 3].map(() => send(hammered.appPort, { path: '/nowhere' })));
      })();
      let last = { barks: 0, walks: 0 };
      let asked = 0;
      let fewestAges = Infinity;
      for (let i = 0; i < SCRAPES; i += 1) {
        // One after the other is the point.
        const exposition = await scrape(i);
        expect(mistaken(exposition)).toEqual([]);
        const now = {
          barks: exposition.value('barks_total', { dog: 'Rex' }) ?? -1,
          walks: exposition.value('walk_duration_seconds_count', { dog: 'Rex' }) ?? -1,
        };
        expect(now.barks).toBeGreaterThanOrEqual(last.barks);
        expect(now.walks).toBeGreaterThanOrEqual(last.walks);
        last = now;
        // What the application was asked for is of one instant.
        const isAsked = wasAsked(exposition);
        expect(isAsked ? [balance(exposition), now.barks - now.walks] : [0, 0]).toEqual([0, 0]);
        asked += Number(isAsked);
        if (isAsked) fewestAges = Math.min(fewestAges, exposition.series('age').length);
      }
      expect(last.barks).toBeGreaterThan(1000);
      expect(asked > 0).toBe(turns);
      expect(fewestAges).toBeGreaterThanOrEqual(50);
      load.isOn = false;
      await requests;
      const counted = await goOn();
      const after = await scrape(0);
      expect(after.value('barks_total', { dog: 'Rex' })).toBe(counted);
      expect(after.sum('nestjs_metrics_errors_total')).toBe(0);
      console.log(
        `${counted} series were made ${turns ? 'with' : 'without'} turns; ${asked} of ${SCRAPES} scrapes asked`,
      );
    });
  },
);
