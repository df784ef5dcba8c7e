import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { onProcessEnd } from './on-process-end.js';
import { PrometheusApi, type QueriedSample, type StoredExemplar } from './prometheus-api.js';
import { prometheusConfiguration, type ScrapePlan } from './prometheus-configuration.js';
import { waitUntil } from './wait-until.js';

export interface StartOptions {
  /** False does not wait for targets: for a target that is down or refuses, or for none at all. */
  readonly awaitTargets?: boolean;
  /** Further flags, such as `--enable-feature=native-histograms`. */
  readonly flags?: readonly string[];
  /** By default, the system chooses one. */
  readonly port?: number;
  /** For each of the steps: to listen, to be ready, to see its targets up. */
  readonly timeoutMs?: number;
}

/**
 * Starts the Prometheus of this machine in a folder and on a port of its own, with a configuration file as it is or with
 * a generated one. Resolves when it is ready and has scraped every target once with success.
 * The targets must be listening before; Prometheus itself takes five to ten seconds from its start to its first scrape.
 */
export async function startPrometheus(
  configuration: { readonly configFile: string } | ScrapePlan,
  { awaitTargets = true, flags = [], port = 0, timeoutMs = 30_000 }: StartOptions = {},
): Promise<PrometheusServer> {
  const server = new PrometheusServer(configuration, port, flags);
  try {
    await server.becomeReady(timeoutMs);
    if (awaitTargets) await server.targetsUp(timeoutMs);
    return server;
  } catch (cause) {
    await server.stop();
    throw new Error(`Prometheus did not start: ${String(cause)}\n${server.log}`, { cause });
  }
}

export class PrometheusServer {
  /** Where Prometheus keeps what it has scraped, until it is stopped. */
  readonly folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  readonly #child: ChildProcessByStdio<null, null, Readable>;
  readonly #forget: () => void;
  #api: PrometheusApi | undefined;
  #log = '';

  constructor(configuration: { readonly configFile: string } | ScrapePlan, port: number, flags: readonly string[]) {
    this.#child = spawn('prometheus', [...this.#flags(configuration, port), ...flags], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    this.#child.on('error', (error) => (this.#log += String(error)));
    this.#forget = onProcessEnd(() => {
      this.#child.kill('SIGKILL');
      this.#removeFolder();
    });
  }

  /** `http://127.0.0.1:port` */
  get url(): string {
    return this.#readyApi.url;
  }

  get isRunning(): boolean {
    return !this.#hasEnded;
  }

  /** What Prometheus has written so far. */
  get log(): string {
    return this.#log;
  }

  /** The instant vector an expression gives now; a scalar comes as one element without labels. */
  query(expression: string, time?: number): Promise<readonly QueriedSample[]> {
    return this.#readyApi.query(expression, time);
  }

  /** The exemplars of the last hour that a query selects; only with `--enable-feature=exemplar-storage`. */
  exemplars(query: string): Promise<readonly StoredExemplar[]> {
    return this.#readyApi.exemplars(query);
  }

  /** Resolves when every target has been scraped with success once more: queries then see what was true at the call. */
  async nextScrape(timeoutMs = 30_000): Promise<void> {
    const calledAt = Date.now() / 1000;
    const isScrapedAgain = async () => {
      const [oldest] = await this.query('min(timestamp(up) * up)');
      return oldest !== undefined && oldest.value > calledAt;
    };
    await waitUntil('every target is scraped once more', isScrapedAgain, { timeoutMs });
  }

  async becomeReady(timeoutMs: number): Promise<void> {
    await waitUntil('Prometheus listens or ends', () => this.#address() ?? this.#hasEnded, { timeoutMs });
    const address = this.#address();
    if (this.#hasEnded || address === undefined) throw new Error('it ended before it listened');
    const api = new PrometheusApi(`http://${address}`);
    await waitUntil('/-/ready answers', () => this.#hasEnded || api.isReady(), { timeoutMs });
    if (this.#hasEnded) throw new Error('it ended before it was ready');
    this.#api = api;
  }

  async targetsUp(timeoutMs: number): Promise<void> {
    const areUp = async () => {
      const targets = await this.#readyApi.targets();
      const others = targets.filter(({ health }) => health !== 'up');
      if (others.length === 0) return targets.length > 0;
      throw new Error(others.map((target) => `${target.scrapeUrl}: ${target.health} ${target.lastError}`).join(', '));
    };
    await waitUntil('every target is up', areUp, { timeoutMs });
  }

  /** Ends Prometheus and removes all it has stored, which is why there is nothing to end gracefully. */
  async stop(): Promise<void> {
    if (!this.#hasEnded) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exit;
    }
    this.#removeFolder();
    this.#forget();
  }

  #flags(configuration: { readonly configFile: string } | ScrapePlan, port: number): string[] {
    return [
      `--config.file=${this.#configFile(configuration)}`,
      `--storage.tsdb.path=${join(this.folder, 'data')}`,
      // Port 0 leaves the choice to the system. A free port searched for beforehand may be taken when it is needed.
      `--web.listen-address=127.0.0.1:${port}`,
    ];
  }

  #configFile(configuration: { readonly configFile: string } | ScrapePlan): string {
    if ('configFile' in configuration) return configuration.configFile;
    const path = join(this.folder, 'prometheus.yml');
    writeFileSync(path, prometheusConfiguration(configuration));
    return path;
  }

  get #readyApi(): PrometheusApi {
    if (!this.#api) throw new Error('Prometheus is not ready yet');
    return this.#api;
  }

  /** The address the system chose stands only in the log. */
  #address(): string | undefined {
    return /msg="Listening on".*?address=(\S+)/.exec(this.#log)?.[1];
  }

  get #hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #removeFolder(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
