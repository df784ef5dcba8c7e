import { setTimeout as pause } from 'node:timers/promises';
import { dashboardQueries } from '../test/support/dashboard-queries.js';
import { exampleFiles, exampleText } from '../test/support/examples.js';
import { PrometheusApi } from '../test/support/prometheus-api.js';
import { type Ending } from './ending.js';
import { type Demo } from './start.js';

/** Panels about option `processes`, which an application that is one process does not have. */
const OF_PROCESSES: ReadonlySet<string> = new Set(['Processes', 'Processes without an answer']);

/** Waits, and then looks for rules, panels of dashboards and consoles that have no data. */
export async function checkData(demo: Demo, minutes: number): Promise<Ending> {
  console.log(`Looking for what has no data in ${minutes} minutes …`);
  await pause(minutes * 60_000);
  const prometheus = new PrometheusApi(demo.prometheus.url);
  const found = [
    await rulesWithoutData(prometheus),
    await panelsWithoutData(prometheus, demo),
    await consolesThatFail(prometheus),
  ];
  for (const { subject, count, faults } of found) {
    console.log(
      `\n${subject}: ${count}, of which ${faults.length === 0 ? 'all have' : `${faults.length} do not have`} data`,
    );
    for (const fault of faults) console.log(`  ${fault}`);
  }
  const isGood = found.every(({ count, faults }) => count > 0 && faults.length === 0);
  return { reason: isGood ? 'Everything has data.' : 'Something has no data.', code: isGood ? 0 : 1 };
}

interface Finding {
  readonly subject: string;
  readonly count: number;
  readonly faults: readonly string[];
}

/** Every rule must be evaluated without an error, and a recording rule must record something. */
async function rulesWithoutData(prometheus: PrometheusApi): Promise<Finding> {
  const rules = await prometheus.rules();
  const faults: string[] = [];
  for (const { type, name, health, lastError = '' } of rules) {
    if (health !== 'ok') faults.push(`${name}: ${health} ${lastError}`);
    else if (type === 'recording' && !(await hasData(prometheus, name))) faults.push(name);
  }
  return { subject: 'Rules and alerts', count: rules.length, faults };
}

async function panelsWithoutData(prometheus: PrometheusApi, { kennel }: Demo): Promise<Finding> {
  const instance = `localhost:${kennel.metricsPort}`;
  const variables = { rateInterval: '1m', range: '5m', job: 'kennel', instance };
  const queries = exampleFiles('grafana')
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => dashboardQueries(exampleText(`grafana/${name}`), variables))
    .filter(({ panel }) => !OF_PROCESSES.has(panel));
  const faults: string[] = [];
  for (const { dashboard, panel, expression } of queries) {
    if (!(await hasData(prometheus, expression))) faults.push(`${dashboard}: ${panel}: ${expression}`);
  }
  return { subject: 'Queries of dashboards', count: queries.length, faults };
}

/** Prometheus answers 500 if the template of a console fails, and shows queries without data as a dash or as nothing. */
async function consolesThatFail({ url }: PrometheusApi): Promise<Finding> {
  const consoles = exampleFiles('prometheus/consoles').filter((name) => name.endsWith('.html'));
  const faults: string[] = [];
  for (const name of consoles) {
    const { status } = await fetch(`${url}/consoles/${name}`);
    if (status !== 200) faults.push(`${name}: ${status}`);
  }
  return { subject: 'Consoles', count: consoles.length, faults };
}

async function hasData(prometheus: PrometheusApi, expression: string): Promise<boolean> {
  try {
    return (await prometheus.query(expression)).some(({ value }) => Number.isFinite(value));
  } catch {
    return false;
  }
}
