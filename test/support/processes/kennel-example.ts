import { type Exposition, readExposition } from '../exposition.js';
import { send } from '../http-client.js';
import { waitUntil } from '../wait-until.js';
import { NeverLess } from './never-less.js';

const REQUESTS = 100;
/** A process starts in seconds on a busy machine. */
const PATIENT = { timeoutMs: 60_000, intervalMs: 50 };

/** An example with several processes, as its clients and its Prometheus see it. */
export class KennelExample {
  readonly neverLess = new NeverLess();
  #sent = 0;

  constructor(
    readonly port: number,
    readonly metricsPort: number,
  ) {}

  /** Sends a hundred requests, each over a connection of its own. Gives the processes that answered. */
  async sayHello(): Promise<ReadonlySet<number>> {
    const pids = new Set<number>();
    for (let request = 0; request < REQUESTS; request += 1) {
      const { status, body } = await send(this.port, { path: '/hello' });
      if (status !== 200) throw new Error(`/hello was answered with ${status}: ${body}`);
      this.#sent += 1;
      pids.add(Number(body.replace('Hello from process ', '')));
    }
    return pids;
  }

  /** Waits until so many processes answer a hundred requests: they have joined the others before they listen. */
  async helloFrom(processes: number): Promise<ReadonlySet<number>> {
    return waitUntil(
      `${processes} processes answer`,
      async () => {
        const pids = await this.sayHello();
        return pids.size === processes && pids;
      },
      PATIENT,
    );
  }

  async scrape(port = this.metricsPort): Promise<Exposition> {
    const { status, bytes } = await send(port, { path: '/metrics', timeoutMs: 5000 });
    if (status !== 200) throw new Error(`/metrics was answered with ${status}.`);
    const scrape = readExposition(bytes, 'text');
    this.neverLess.see(scrape);
    return scrape;
  }

  /**
   * Waits until a scrape has so many processes, and all requests that were sent. From then on none of them gets lost: a
   * request that was answered a few milliseconds before a kill may be.
   */
  async hasAll(processes: number, port = this.metricsPort): Promise<boolean> {
    const state = `${processes} processes and ${this.#sent} requests are in a scrape`;
    return waitUntil(
      state,
      async () => {
        const scrape = await this.scrape(port);
        const counted = scrape.sum('nestjs_http_requests_total', { route: '/hello' });
        return counted === this.#sent && scrape.value('nestjs_metrics_processes') === processes;
      },
      PATIENT,
    );
  }
}
