import { clearTimeout, setTimeout } from 'node:timers';
import { type EndpointLimits, type Rejection } from '../endpoint.js';
import { type FamilyGroups } from '../family-groups.js';
import { type BoundAddress, originOf } from './bound-address.js';
import { EndpointThread, type ThreadHost } from './endpoint-thread.js';
import { type ThreadReport } from './messages.js';
import { Pulse } from './pulse.js';
import { type ResolvedServerOptions } from './server.options.js';

/** What the server needs of the application. */
export interface MetricsServerHost extends Pick<ThreadHost, 'journal' | 'collect' | 'failed'> {
  /** The name of the gauge that shows which collectors succeeded. */
  readonly successMetric: string;
  readonly groups: FamilyGroups;
  rejected(reason: Rejection, times: number): void;
  readonly log: { log(message: string): void; error(message: string): void };
}

/** A thread that cannot even start would otherwise be started without a pause. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
/** A thread that has lived this long is no failed start. */
const LIVED_MS = 60_000;
/** The boot waits no longer than this for the port. */
const START_WITHIN_MS = 10_000;

/** What the boot waits for. */
type FirstOutcome = 'listening' | { readonly fault: string } | 'later';

/**
 * The endpoint with a port of its own, from option `server`. Inject it for the port that was chosen.
 */
export class MetricsServer {
  private readonly pulse = new Pulse();
  private running: EndpointThread | undefined;
  private address: BoundAddress | undefined;
  private pauseMs = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private told: (outcome: FirstOutcome) => void = () => undefined;

  /** @internal made by Nest */
  constructor(
    private readonly options: ResolvedServerOptions | false,
    private readonly limits: EndpointLimits,
    private readonly host: MetricsServerHost,
  ) {}

  /** The port; undefined while it does not listen, or without option `server`. */
  get port(): number | undefined {
    return this.address?.port;
  }

  /** Where the metrics are, such as `http://127.0.0.1:9464/metrics`; undefined while it does not listen. */
  get url(): string | undefined {
    return this.address && this.options !== false ? originOf(this.address) + this.options.path : undefined;
  }

  /**
   * The thread that runs now. A thread that ends is replaced.
   *
   * @internal
   */
  get thread(): EndpointThread | undefined {
    return this.running;
  }

  /**
   * Resolves when the port is open, or it is known that it cannot be opened yet.
   *
   * @internal
   * @errors rejects when the certificate files are wrong
   */
  async start(): Promise<void> {
    if (this.options === false) return;
    const { THREAD_PROGRAM } = await import('./thread-program.js');
    this.pulse.start();
    const outcome = new Promise<FirstOutcome>((resolve) => (this.told = resolve));
    const late = setTimeout(() => this.told('later'), START_WITHIN_MS);
    this.launch(THREAD_PROGRAM, this.options);
    const first = await outcome;
    clearTimeout(late);
    if (typeof first === 'string') return;
    await this.stop();
    throw new TypeError(`The options of PrometheusModule are not valid.\n  - ${first.fault}.`);
  }

  /** @internal */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.pulse.stop();
    await this.running?.stop();
    this.running = undefined;
    this.address = undefined;
  }

  private launch(program: string, options: ResolvedServerOptions): void {
    const startedAt = performance.now();
    try {
      const thread = new EndpointThread(program, this.settings(options), this.threadHost(options));
      this.running = thread;
      void thread.ended.then((cause) => this.ended(cause, startedAt, program, options));
    } catch (error) {
      this.ended(error, startedAt, program, options);
    }
  }

  /** Until the next thread runs, the route inside the application answers for itself. */
  private ended(cause: unknown, startedAt: number, program: string, options: ResolvedServerOptions): void {
    if (this.isStopped) return;
    this.running = undefined;
    this.told('later');
    this.host.failed(cause);
    if (performance.now() - startedAt > LIVED_MS) this.pauseMs = FIRST_PAUSE_MS;
    this.timer = setTimeout(() => this.launch(program, options), this.pauseMs).unref();
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
  }

  private settings(server: ResolvedServerOptions) {
    const { successMetric, groups } = this.host;
    const formerPort = this.address?.port;
    return { server, formerPort, limits: this.limits, groups, successMetric, pulse: this.pulse.memory };
  }

  private threadHost(options: ResolvedServerOptions): ThreadHost {
    const { journal, failed, collect } = this.host;
    return {
      journal,
      failed,
      collect,
      listening: (address) => this.listening(address, options),
      notListening: (reason, isFinal) => this.notListening(reason, isFinal, options),
      reported: (report) => this.reported(report),
    };
  }

  private listening(address: BoundAddress, { path }: ResolvedServerOptions): void {
    const before = this.url;
    this.address = address;
    if (this.url !== before) this.host.log.log(`The metrics are on ${originOf(address)}${path}`);
    this.told('listening');
  }

  private notListening(reason: string, isFinal: boolean, { isRange, ports: [from, to] }: ResolvedServerOptions): void {
    if (isFinal) this.told({ fault: reason });
    const which = isRange ? `one of the ports ${from} to ${to}` : `port ${from}`;
    const option = isRange ? 'server.ports' : 'server.port';
    this.host.log.error(
      `The metrics cannot be served on ${which} yet, and the application runs without it: ${reason}. Change \`${option}\` of PrometheusModule, or free a port; it is tried again every two seconds.`,
    );
    this.told('later');
  }

  private reported({ rejected, faults }: ThreadReport): void {
    for (const [reason, times] of Object.entries(rejected)) this.host.rejected(reason as Rejection, times);
    for (const fault of faults) this.host.failed(errorFrom(fault));
  }
}

/** The text is the stack that the error had in the other thread. */
function errorFrom(text: string): Error {
  const error = new Error(text.split('\n', 1)[0]);
  error.stack = text;
  return error;
}
