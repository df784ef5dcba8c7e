import { type IncomingMessage, type ServerResponse } from 'node:http';
import { MetricsEndpoint } from '../../endpoint.js';
import { type Filter } from '../../filter.js';
import { RenderedSource } from '../../rendered-source.js';
import { type CollectedReading, Scraper } from '../../scraper.js';
import { type ToThread } from '../messages.js';
import { Pulse } from '../pulse.js';
import { type ThreadSettings } from '../thread-settings.js';
import { AskedAnswers } from './asked-answers.js';
import { JournalFollower } from './journal-follower.js';
import { MainLoop } from './main-loop.js';
import { OpenPort } from './open-port.js';
import { type Post } from './post.js';
import { Reports } from './reports.js';
import { OwnRoutes } from './routes.js';
import { staleReading } from './stale-reading.js';

/** The parts of the thread, and which of them hears which message. */
export class EndpointProgram {
  private readonly follower = new JournalFollower();
  private readonly loop: MainLoop;
  private readonly reports: Reports;
  private readonly answers: AskedAnswers;
  private readonly port: OpenPort;

  constructor(
    private readonly settings: ThreadSettings,
    private readonly post: Post,
  ) {
    const { server, formerPort, limits, groups, pulse } = settings;
    this.loop = new MainLoop(post);
    this.reports = new Reports(post);
    const source = new RenderedSource(
      new Scraper((timeoutSeconds, givenUp, filter) => this.collect(timeoutSeconds, givenUp, filter), groups),
    );
    this.answers = new AskedAnswers(source, post);
    const endpoint = new MetricsEndpoint(source, limits, this.reports, groups.known);
    const routes = new OwnRoutes({
      server,
      endpoint,
      pulse: new Pulse(pulse),
      report: this.reports,
      port: () => this.port.number,
    });
    const answer = (request: IncomingMessage, response: ServerResponse) => void routes.answer(request, response);
    this.port = new OpenPort(server, formerPort, answer, this.reports, post);
  }

  start(): Promise<void> {
    return this.port.open();
  }

  hear(message: ToThread): void {
    switch (message.kind) {
      case 'journal':
        for (const entry of message.entries) this.follower.hear(entry);
        break;
      case 'collected':
        // The series must be those of the instant at which the cells were copied: later entries come after this message.
        this.loop.collected(message.id, { ...message.collected, families: this.follower.readFamilies() });
        break;
      case 'turned':
        this.loop.turned(message.id);
        break;
      case 'question':
        void this.answers.answer(message.id, message.question);
        break;
      case 'gone':
        this.answers.gone(message.id);
        break;
      case 'reported':
        this.reports.reported();
        break;
      case 'stop':
        void this.stop();
    }
  }

  private async collect(
    timeoutSeconds: number,
    givenUp: AbortSignal,
    filter: Filter | undefined,
  ): Promise<CollectedReading> {
    const collected = await this.loop.collect(timeoutSeconds, givenUp, filter);
    if (collected !== undefined) {
      const { families, chunks, foreign, isComplete } = collected;
      return { reading: { own: families, chunks, foreign }, isComplete };
    }
    const { families, chunks } = await this.follower.readShared();
    return { reading: staleReading(families, chunks, this.settings.successMetric), isComplete: true };
  }

  private async stop(): Promise<void> {
    await this.port.close();
    this.reports.flush();
    this.post({ kind: 'stopped' });
  }
}
