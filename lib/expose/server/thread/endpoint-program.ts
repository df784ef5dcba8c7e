import { type IncomingMessage, type ServerResponse } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';
import { Lock } from '../../../access/lock.js';
import { type LockPlan } from '../../../access/lock-plan.js';
import { MetricsEndpoint } from '../../endpoint.js';
import { type ExpositionSource } from '../../exposition-source.js';
import { groupKey } from '../../processes/group-key.js';
import { type OwnReading, ProcessGroup, type ReadOwn } from '../../processes/process-group.js';
import { type ProcessSettings } from '../../processes/process-settings.js';
import { RenderedSource } from '../../rendered-source.js';
import { Scraper } from '../../scraper.js';
import { type Door, type ToThread } from '../messages.js';
import { PendingAnswers } from '../pending-answers.js';
import { Pulse } from '../pulse.js';
import { type ResolvedServerOptions } from '../server.options.js';
import { type ThreadSettings } from '../thread-settings.js';
import { AskedAnswers } from './asked-answers.js';
import { JournalFollower } from '../../journal-follower.js';
import { type CollectedFamilies, MainLoop } from './main-loop.js';
import { OpenPort } from './open-port.js';
import { type Post } from './post.js';
import { Reports } from './reports.js';
import { OwnRoutes } from './routes.js';
import { staleReading } from './stale-reading.js';

/** How often the directory of the processes is tried again. */
const TRY_AGAIN_MS = 2000;
/** Tokens that the application is asked about at the same time. */
const MAX_TOKENS = 32;

/** The parts of the thread, and which of them hears which message. */
export class EndpointProgram {
  private readonly follower: JournalFollower;
  private readonly tokens = new PendingAnswers<boolean>();
  private readonly loop: MainLoop;
  private readonly reports: Reports;
  private readonly locks: Readonly<Record<Door, Lock | undefined>>;
  private readonly answers: AskedAnswers;
  /** Undefined without a port of its own. */
  private readonly port: OpenPort | undefined;
  /** Undefined if this process is read alone. */
  private readonly group: ProcessGroup | undefined;
  private again: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: ThreadSettings,
    private readonly post: Post,
    receive: () => ToThread | undefined,
  ) {
    this.follower = new JournalFollower(() => {
      for (let message = receive(); message !== undefined; message = receive()) this.hear(message);
    });
    const { processes, lock, pages } = settings;
    this.loop = new MainLoop(post);
    this.reports = new Reports(post);
    this.locks = { endpoint: this.lockOf('endpoint', lock), pages: this.lockOf('pages', pages?.lock) };
    if (processes !== undefined) this.group = this.groupOf(processes);
    const source = this.source((...question) => this.loop.collect(...question));
    const patient = this.source((...question) => this.loop.collectPatiently(...question));
    this.answers = new AskedAnswers(patient, post);
    this.port = settings.server && this.portOf(settings.server, source);
  }

  async start(): Promise<void> {
    for (const lock of Object.values(this.locks)) void lock?.checkFile();
    try {
      if (this.group !== undefined) this.post({ kind: 'joined', slot: await this.group.join() });
    } catch (error) {
      this.post({ kind: 'notJoined', reason: error instanceof Error ? error.message : String(error) });
      // The first time it stops the boot. A thread that replaces another one tries again.
      this.again = setTimeout(() => void this.start(), TRY_AGAIN_MS);
      return;
    }
    await this.port?.open();
  }

  hear(message: ToThread): void {
    switch (message.kind) {
      case 'journal':
        for (const entry of message.entries) {
          this.follower.hear(entry);
          this.group?.hear(entry);
        }
        break;
      case 'collected':
        // The series must be those of the instant at which the cells were copied: later entries come after this message.
        this.loop.collected(message.id, { ...message.collected, families: this.follower.readFamilies() });
        break;
      case 'turned':
        this.loop.turned(message.id);
        break;
      case 'tokenChecked':
        this.tokens.resolve(message.id, message.isRight);
        break;
      case 'question':
        void this.answers.answer(message.id, message.question);
        break;
      case 'gone':
        this.answers.gone(message.id);
        break;
      case 'counted':
        this.group?.counted();
        break;
      case 'saveLast':
        this.group?.saveLast();
        break;
      case 'reported':
        this.reports.reported();
        break;
      case 'stop':
        void this.stop();
        break;
      case 'serve':
      // It comes once, and made this program.
    }
  }

  /** A function of the application that knows the tokens is asked in the application's thread. */
  private lockOf(door: Door, plan: LockPlan | undefined): Lock | undefined {
    if (plan === undefined) return undefined;
    const askToken = async (token: string) => {
      // An application that is stuck would find all of them at once.
      if (this.tokens.size >= MAX_TOKENS) return false;
      const { id, answer } = this.tokens.ask();
      this.post({ kind: 'token', id, door, token });
      return answer;
    };
    return new Lock(plan, { askToken, failed: (error) => this.reports.failed(error, 'auth') });
  }

  private portOf(server: ResolvedServerOptions, source: ExpositionSource): OpenPort {
    const { limits, groups, pulse, pages, processes } = this.settings;
    const routes = new OwnRoutes({
      server,
      endpoint: new MetricsEndpoint(source, limits, this.reports, groups.known, this.locks.endpoint),
      pulse: new Pulse(pulse),
      report: this.reports,
      lock: this.locks.endpoint,
      pages,
      pagesLock: this.locks.pages,
      port: () => this.port?.number ?? 0,
      group: processes && groupKey(processes),
    });
    const answer = (request: IncomingMessage, response: ServerResponse) => void routes.answer(request, response);
    return new OpenPort(server, this.settings, answer, this.reports, this.post);
  }

  private groupOf(settings: ProcessSettings): ProcessGroup {
    const readOwn: ReadOwn = async (...question) => this.read(await this.loop.collect(...question));
    return new ProcessGroup(settings, () => this.follower.readShared(), readOwn, {
      problem: (text) => this.reports.problem(text),
      failed: (error) => this.reports.failed(error, 'processes'),
    });
  }

  private source(collect: MainLoop['collect']): RenderedSource {
    const read: ReadOwn = async (...question) => this.read(await collect(...question));
    return new RenderedSource(new Scraper(this.group?.takeWith(read) ?? read, this.settings.groups));
  }

  private read(collected: CollectedFamilies | undefined): OwnReading {
    if (collected !== undefined) {
      const { families, chunks, foreign, isComplete } = collected;
      return { reading: { own: families, chunks, foreign }, isComplete, isStale: false };
    }
    const { families, chunks } = this.follower.readShared();
    return { reading: staleReading(families, chunks, this.settings.successMetric), isComplete: true, isStale: true };
  }

  private async stop(): Promise<void> {
    clearTimeout(this.again);
    await this.group?.leave();
    await this.port?.close();
    this.reports.flush();
    this.post({ kind: 'stopped' });
  }
}
