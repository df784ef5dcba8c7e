import { clearTimeout, setTimeout } from 'node:timers';
import { type LockPlan } from '../../access/lock-plan.js';
import { assertPortLocked } from '../../access/trial.js';
import { type PagesAddress, type PortPages } from '../../serving/port-pages.js';
import { type EndpointLimits, type Rejection } from '../endpoint.js';
import { type FamilyGroups } from '../family-groups.js';
import { Membership } from '../processes/membership.js';
import { type LibraryData } from '../processes/process-settings.js';
import { type ResolvedProcessesOptions } from '../processes/processes.options.js';
import { type BoundAddress, originOf, reachableHost } from './bound-address.js';
import { EndpointThread, type ThreadHost } from './endpoint-thread.js';
import { KeptThread } from './kept-thread.js';
import { type ListenFault, type ThreadReport } from './messages.js';
import { Pulse } from './pulse.js';
import { FIXED_PATHS, type ResolvedServerOptions } from './server.options.js';
import { type ThreadSettings } from './thread-settings.js';

/** What the server needs of the application. */
export interface MetricsServerHost extends Pick<
  ThreadHost,
  'journal' | 'collect' | 'copyCells' | 'failed' | 'askToken'
> {
  /** The name of the gauge that shows which collectors succeeded. */
  readonly successMetric: string;
  readonly groups: FamilyGroups;
  /** Who may ask; undefined without `auth` and certificates of clients. */
  readonly lock: LockPlan | undefined;
  /** The monitor, if it is wanted on the port. */
  readonly pages: PortPages;
  rejected(reason: Rejection, times: number): void;
  authFailed(error: unknown): void;
  processesFailed(error: unknown): void;
  readonly library: LibraryData;
  readonly log: { log(message: string): void; warn(message: string): void; error(message: string): void };
}

/** The boot waits no longer than this for the port. */
const START_WITHIN_MS = 10_000;

/** What the boot waits for. */
type FirstOutcome = 'listening' | { readonly fault: string } | 'later';

/**
 * The thread of the endpoint, from the options `server` and `processes`, and its port. Inject it for the port that was
 * chosen.
 */
export class MetricsServer {
  private readonly pulse = new Pulse();
  private kept: KeptThread | undefined;
  private address: BoundAddress | undefined;
  /** Where the application's thread answers for the monitor; undefined without one on the port. */
  private monitor: PagesAddress | undefined;
  /** The port of the thread before this one. */
  private formerPort: number | undefined;
  /** This process as one of many; undefined if it is read alone. */
  private membership: Membership | undefined;
  private isStopped = false;
  /** Ends the wait of the boot; undefined before and after it. */
  private told: ((outcome: FirstOutcome) => void) | undefined;

  /** @internal made by Nest */
  constructor(
    private readonly options: ResolvedServerOptions | false,
    private readonly processes: ResolvedProcessesOptions | undefined,
    private readonly limits: EndpointLimits,
    private readonly host: MetricsServerHost,
  ) {}

  /**
   * The port; undefined while it does not listen, or without option `server`. Of several processes that have the same
   * `server.port` and option `processes`, one listens for all.
   */
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
    return this.kept?.current;
  }

  /**
   * Starts a thread while the application boots, so that the boot waits for its port only.
   *
   * @internal
   */
  async prepare(): Promise<void> {
    if (!this.isNeeded) return;
    try {
      const kept = await this.keepThread();
      if (!this.isStopped) kept.prepare();
    } catch {
      // It is tried again in `start()`, which reports the error.
    }
  }

  /**
   * Resolves when the port is open, or it is known that it cannot be opened yet.
   *
   * @internal
   * @errors rejects when the certificate files are wrong, there is no monitor to serve, a door opens that is locked, or the
   *   directory of the processes cannot be used
   */
  async start(): Promise<void> {
    if (!this.isNeeded) return;
    try {
      await this.startThread();
      await this.tryLock();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Something was counted that is to survive this process.
   *
   * @internal
   */
  counted(): void {
    if (this.membership?.isAskedFor() === true) this.thread?.counted();
  }

  /** @internal */
  async stop(): Promise<void> {
    this.isStopped = true;
    process.off('exit', this.saveLast);
    this.told?.('later');
    this.pulse.stop();
    await this.kept?.stop();
    await this.membership?.close();
    await this.host.pages.close();
    this.address = undefined;
  }

  /** The process ends without closing the application: a job that is done, `process.exit()`, an error. */
  private readonly saveLast = (): void => {
    if (this.thread === undefined || this.membership?.hasJoined !== true) return;
    try {
      this.thread.saveLast();
      this.membership.waitForLastSave();
    } catch (error) {
      this.host.processesFailed(error);
    }
  };

  private get isNeeded(): boolean {
    return this.options !== false || this.processes !== undefined;
  }

  private async startThread(): Promise<void> {
    const { options, processes } = this;
    const kept = await this.keepThread();
    if (options !== false && options.monitor) this.monitor = await this.openPages(options);
    if (processes !== undefined) {
      this.membership = await this.openMembership(processes);
      process.on('exit', this.saveLast);
    }
    // An application may be closed while it boots.
    if (this.isStopped) return this.stop();
    const outcome = new Promise<FirstOutcome>((resolve) => (this.told = resolve));
    const late = setTimeout(() => this.told?.('later'), START_WITHIN_MS);
    this.pulse.start();
    kept.start();
    const first = await outcome;
    this.told = undefined;
    clearTimeout(late);
    if (typeof first !== 'string') throw optionFault(first.fault);
  }

  /** @errors rejects with what is wrong with the directory */
  private async openMembership(processes: ResolvedProcessesOptions): Promise<Membership> {
    try {
      return await Membership.open(processes, this.host.library);
    } catch (error) {
      throw optionFault(error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
    }
  }

  /** What keeps the thread running, made once. */
  private async keepThread(): Promise<KeptThread> {
    const { THREAD_PROGRAM } = await import('./thread-program.js');
    const host = this.threadHost();
    const make = () => new EndpointThread(THREAD_PROGRAM, host);
    return (this.kept ??= new KeptThread(
      make,
      () => this.settings(),
      (cause) => this.ended(cause),
    ));
  }

  private async openPages(options: ResolvedServerOptions): Promise<PagesAddress> {
    const pages = await this.host.pages.open();
    if (pages !== undefined) return checkedPages(pages, options);
    throw optionFault(
      'Expected a MonitorModule beside `server.monitor`, got none: import MonitorModule.forRoot(), or leave the option out',
    );
  }

  /** As a request without credentials finds the port. */
  private async tryLock(): Promise<void> {
    if (this.address === undefined || this.host.lock === undefined || this.options === false) return;
    const { path, monitor } = this.options;
    const { port, isTls } = this.address;
    const host = reachableHost(this.address);
    for (const locked of [path, '/targets', ...(monitor ? [this.host.pages.path] : [])]) {
      await assertPortLocked(`${locked} on the own port`, { host, port, isTls, path: locked });
    }
  }

  /** Until the next thread runs, the route inside the application answers for itself. */
  private ended(cause: unknown): void {
    this.address = undefined;
    this.told?.('later');
    this.host.failed(cause);
  }

  private settings(): ThreadSettings {
    const { successMetric, groups, lock } = this.host;
    const { formerPort, limits, monitor: pages } = this;
    const server = this.options === false ? undefined : this.options;
    const processes = this.membership?.settings;
    return { server, processes, formerPort, limits, groups, successMetric, lock, pages, pulse: this.pulse.memory };
  }

  private threadHost(): ThreadHost {
    const { journal, failed, collect, copyCells, askToken } = this.host;
    return {
      journal,
      failed,
      collect,
      copyCells,
      askToken,
      joined: (slot) => this.joined(slot),
      notJoined: (reason) => this.notJoined(reason),
      listening: (address) => this.listening(address),
      notListening: (fault) => this.notListening(fault),
      reported: (report) => this.reported(report),
    };
  }

  private joined(slot: number): void {
    this.membership?.joined(slot);
    if (this.options === false) this.told?.('listening');
  }

  private notJoined(reason: string): void {
    if (this.told !== undefined) this.told({ fault: reason });
    else this.host.processesFailed(new Error(reason));
  }

  private listening(address: BoundAddress): void {
    this.address = address;
    if (this.formerPort !== address.port) this.host.log.log(`The metrics are on ${this.url}`);
    this.formerPort = address.port;
    this.told?.('listening');
  }

  private notListening({ reason, isFinal, isAddress, isShared }: ListenFault): void {
    const { options } = this;
    if (options === false) return;
    if (isFinal && this.told !== undefined) return this.told({ fault: reason });
    if (isShared) {
      this.host.log.log(`Another process serves the metrics on ${placeOf(options)}, those of this process included.`);
    } else {
      const advice = isAddress ? 'Change `server.host` of PrometheusModule' : adviceOf(options);
      this.host.log.error(
        `The metrics cannot be served on ${placeOf(options)} yet, and the application runs without it: ${reason}. ${advice}; it is tried again every two seconds.`,
      );
    }
    this.told?.('later');
  }

  private reported({ rejected, faults, problems }: ThreadReport): void {
    for (const [reason, times] of Object.entries(rejected)) this.host.rejected(reason as Rejection, times);
    for (const { part, text } of faults) {
      if (part === 'auth') this.host.authFailed(errorFrom(text));
      else if (part === 'processes') this.host.processesFailed(errorFrom(text));
      else this.host.failed(errorFrom(text));
    }
    for (const problem of problems) this.host.log.warn(`${problem}.`);
  }
}

function placeOf({ host, isRange, ports: [from, to] }: ResolvedServerOptions): string {
  const port = from === 0 ? 'any free port' : `port ${from}`;
  return `${isRange ? `one of the ports ${from} to ${to}` : port}${host === undefined ? '' : ` of ${host}`}`;
}

function adviceOf({ isRange }: ResolvedServerOptions): string {
  return `Change \`${isRange ? 'server.ports' : 'server.port'}\` of PrometheusModule, or free a port`;
}

/** @errors throws for a monitor at a path that the port has already */
function checkedPages(pages: PagesAddress, { path, healthPath }: ResolvedServerOptions): PagesAddress {
  if (![path, healthPath, ...FIXED_PATHS].includes(pages.path)) return pages;
  throw optionFault(
    `Expected the monitor on the own port to have a path of its own, got ${pages.path}, which answers something else there: change \`path\` of MonitorModule`,
  );
}

function optionFault(fault: string): TypeError {
  return new TypeError(`The options of PrometheusModule are not valid.\n  - ${fault}.`);
}

/** An error with the stack that it had in the other thread, which begins with its name and message. */
function errorFrom(stack: string): Error {
  const [first = ''] = stack.split('\n', 1);
  return Object.assign(new Error(first.replace(/^\w*Error: /, '')), { stack });
}
