import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseProcess } from '../database-process.js';
import { exampleFiles, exampleText } from '../examples.js';
import { freePortsInARow } from '../free-ports.js';
import { send } from '../http-client.js';
import { type Kennel, type KennelStart, startKennel } from '../kennel.js';
import { MetricsProcess } from '../metrics-process.js';
import { PostgresServer } from '../postgres-server.js';
import { type PrometheusServer, startPrometheus } from '../prometheus-server.js';
import { startRedis, urlOf } from '../redis/redis-server.js';
import { waitUntil } from '../wait-until.js';
import { DoorsProcess } from './doors-process.js';
import { Repeated } from './repeated.js';
import { type Job, JOBS, KENNEL_JOBS, type KennelJob, SCENES } from './scenes.js';
import { shortenedRules } from './shortened-rules.js';

const SCRAPE_INTERVAL_MS = 2000;

const RULES = 'prometheus/rules';
/** What Prometheus shows to every application. One asks for it. */
const TOKEN = 'known-to-prometheus';

/** What works in every application. */
const PATHS = ['/dogs', '/walks', '/walks/forecast', '/'];
/** And in one that closes its data source. */
const PATHS_WITHOUT_DATABASE = ['/', '/hello'];

/** The applications of all scenes with a little load, their servers, and a Prometheus with the shortened rules. */
export class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  readonly #kennels = new Map<KennelJob, Kennel>();
  readonly #loads: Repeated[] = [];
  readonly #stops: (() => Promise<unknown>)[] = [];
  #restarting: MetricsProcess | undefined;
  #scraped: MetricsProcess | undefined;
  #unscraped: MetricsProcess | undefined;
  #doors: DoorsProcess | undefined;
  #redis: DatabaseProcess | undefined;
  #unreachable: PostgresServer | undefined;
  #prometheus: PrometheusServer | undefined;

  async start(): Promise<void> {
    const postgres = await this.#kept(PostgresServer.start());
    await postgres.createDatabase('pool');
    this.#unreachable = await this.#kept(PostgresServer.start());
    this.#redis = await this.#kept(startRedis());
    const servers: Partial<Record<Job, Partial<KennelStart>>> = {
      faulty: { databaseUrl: postgres.url(), cacheUrl: urlOf(this.#redis) },
      pool: { databaseUrl: postgres.url('pool') },
      unreachable: { databaseUrl: this.#unreachable.url() },
      mistaken: { metricsTokenFile: this.#write('token', TOKEN) },
    };
    // One after the other: together, they would take longer than a start may take on a busy machine.
    for (const job of KENNEL_JOBS) {
      const kennel = startKennel({ adapter: 'express', metricsPort: 0, ...SCENES[job].start, ...servers[job] });
      this.#kennels.set(job, await this.#kept(kennel));
      this.#loads.push(ordinaryLoad(this.kennel(job), job === 'mistaken' ? PATHS_WITHOUT_DATABASE : PATHS));
    }
    await this.#startRestarting(await freePortsInARow(1));
    const processes = { directory: join(this.#folder, 'processes') };
    this.#scraped = await this.#kept(MetricsProcess.start({ options: { processes, server: { port: 0 } } }));
    this.#unscraped = await this.#kept(MetricsProcess.start({ options: { processes } }));
    const queues = await this.#kept(startRedis());
    this.#doors = await this.#kept(DoorsProcess.start(queues.port));
    this.#prometheus = await this.#kept(startPrometheus(this.#scrapePlan()));
  }

  get prometheus(): PrometheusServer {
    return given(this.#prometheus);
  }

  get redis(): DatabaseProcess {
    return given(this.#redis);
  }

  get unreachablePostgres(): PostgresServer {
    return given(this.#unreachable);
  }

  /** The process that has no port, and answers the one that Prometheus asks. */
  get unscraped(): MetricsProcess {
    return given(this.#unscraped);
  }

  /** The small application with doors other than HTTP. */
  get doors(): DoorsProcess {
    return given(this.#doors);
  }

  kennel(job: KennelJob): Kennel {
    return given(this.#kennels.get(job));
  }

  /** Kills the application of the scene `restarting`, starts it on the same port, and waits until that is noticed. */
  async restart(): Promise<void> {
    const { port } = given(this.#restarting);
    await given(this.#restarting).stop();
    const killedAt = Date.now() / 1000;
    await this.#startRestarting(port);
    const restarted = `process_start_time_seconds{job="restarting"} > ${killedAt}`;
    await waitUntil('it was scraped', async () => (await this.prometheus.query(restarted)).length > 0);
  }

  /** The alerts that have fired for a job so far, in alphabetical order. */
  async fired(job: Job): Promise<readonly string[]> {
    const firing = `ALERTS{alertstate="firing",job="${job}"}`;
    const alerts = await this.prometheus.query(`group by (alertname) (last_over_time(${firing}[1h]))`);
    return alerts.map(({ labels }) => labels['alertname'] ?? '').toSorted();
  }

  async stop(): Promise<void> {
    // Requests that are under way fail when their application stops.
    const loads = this.#loads.map((load) => load.stop());
    await this.#restarting?.stop();
    for (const stop of this.#stops.toReversed()) await stop();
    await Promise.all(loads);
    rmSync(this.#folder, { recursive: true });
  }

  async #startRestarting(port: number): Promise<void> {
    this.#restarting = await MetricsProcess.start({ options: { server: { port, host: '127.0.0.1' } } });
  }

  #scrapePlan() {
    const ruleFiles = exampleFiles(RULES)
      .filter((name) => name.endsWith('.yml'))
      .map((name) => this.#write(name, shortenedRules(exampleText(`${RULES}/${name}`))));
    const static_configs = JOBS.map((job) => ({ targets: [`127.0.0.1:${this.#portOf(job)}`], labels: { job } }));
    return {
      targets: [],
      ruleFiles,
      scrapeIntervalMs: SCRAPE_INTERVAL_MS,
      scrapeConfig: { static_configs, authorization: { credentials: TOKEN } },
    };
  }

  #portOf(job: Job): number {
    if (job === 'restarting') return given(this.#restarting).port;
    if (job === 'doors') return this.doors.port;
    return job === 'stopped' ? given(this.#scraped).port : this.kennel(job).metricsPort;
  }

  #write(name: string, text: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, text);
    return path;
  }

  async #kept<Server extends { readonly stop: () => Promise<unknown> }>(starting: Promise<Server>): Promise<Server> {
    const server = await starting;
    this.#stops.push(() => server.stop());
    return server;
  }
}

function ordinaryLoad({ port }: Kennel, paths: readonly string[]): Repeated {
  let sent = 0;
  return new Repeated(() => send(port, { path: paths[sent++ % paths.length] ?? '/' }), { pauseMs: 200 });
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It was not started yet.');
  return value;
}
