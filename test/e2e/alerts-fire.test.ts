import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FAULTS, PATIENT } from '../support/alerts/faults.js';
import { type Repeated } from '../support/alerts/repeated.js';
import { FIRES_ON_A_BUSY_MACHINE, type Job, JOBS, type Scene, SCENES } from '../support/alerts/scenes.js';
import { Stage } from '../support/alerts/stage.js';
import { exampleFiles, exampleText } from '../support/examples.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

interface RuleYaml {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string }[] }[];
}

const QUIET_SCRAPES = 10;

const RULES = exampleFiles('prometheus/rules').filter((name) => name.endsWith('.yml'));
const ALERTS = RULES.flatMap((name) => (parse(exampleText(`prometheus/rules/${name}`)) as RuleYaml).groups)
  .flatMap(({ rules }) => rules)
  .flatMap(({ alert }) => alert ?? []);
const EXPECTED = JOBS.flatMap((job) => SCENES[job].fires.map((alert) => ({ job, alert })));

it('has a fault for every alert', () => {
  expect([...new Set(EXPECTED.map(({ alert }) => alert))].toSorted()).toEqual([...new Set(ALERTS)].toSorted());
});

needs(
  'prometheus',
  'postgres',
  'redis',
)('the alerts in the sample application, with shorter windows', () => {
  const stage = new Stage();
  const faults: Repeated[] = [];
  beforeAll(() => stage.start());
  afterAll(async () => {
    const stopped = faults.map((fault) => fault.stop());
    await stage.stop();
    await Promise.all(stopped);
  });

  it('are quiet while nothing happens, but for a migration that was not executed', async () => {
    const scrapes = async () => (await stage.prometheus.query('min(count_over_time(up[10m]))'))[0]?.value ?? 0;
    await waitUntil('they could have fired', async () => (await scrapes()) > QUIET_SCRAPES, PATIENT);
    for (const job of JOBS) {
      expect({ job, fired: await stage.fired(job) }).toEqual({
        job,
        fired: job === 'mistaken' ? ['TypeormMigrationsPending'] : [],
      });
    }
  });

  /** What goes wrong here is told by the test of the alert that does not fire. */
  async function cause(job: Job): Promise<void> {
    const started = await Promise.resolve(FAULTS[job](stage)).catch(() => []);
    faults.push(...started);
  }

  describe('and a fault', () => {
    // All faults happen at the same time.
    let deadline: number;
    beforeAll(() => {
      deadline = performance.now() + PATIENT.timeoutMs;
      for (const job of JOBS) void cause(job);
    });

    it.each(EXPECTED)('in $job makes $alert fire', async ({ job, alert }) => {
      const timeoutMs = Math.max(deadline - performance.now(), 0);
      const hasFired = async () => (await stage.fired(job)).includes(alert);
      expect(await waitUntil('it fires', hasFired, { ...PATIENT, timeoutMs })).toBe(true);
    });

    it.each(JOBS)('in %s makes nothing else fire', async (job) => {
      const { fires, mayFire = [] }: Scene = SCENES[job];
      const others = (await stage.fired(job)).filter(
        (alert) => ![...fires, ...mayFire, ...FIRES_ON_A_BUSY_MACHINE].includes(alert),
      );
      expect(others).toEqual([]);
    });
  });
});
