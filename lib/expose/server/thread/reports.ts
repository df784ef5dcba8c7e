import { clearTimeout, setTimeout } from 'node:timers';
import { type EndpointReport, type Rejection } from '../../endpoint.js';
import { type ThreadFault } from '../messages.js';
import { type Post } from './post.js';

/** Reports are gathered for this long. */
const EVERY_MS = 1000;
/** Further errors of one report are the same again, more often than not. */
const MAX_FAULTS = 10;

/**
 * Tells the application's thread what was refused and what failed. One report is under way at a time, and none while the
 * loop is stuck: refusals are counted meanwhile, so that a client cannot fill the memory with messages.
 */
export class Reports implements EndpointReport {
  private counts: Partial<Record<Rejection, number>> = {};
  private faults: ThreadFault[] = [];
  private problems: string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isUnderWay = false;

  constructor(private readonly post: Post) {}

  rejected(reason: Rejection): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    this.schedule();
  }

  failed(error: unknown, part: ThreadFault['part'] = 'server'): void {
    if (this.faults.length < MAX_FAULTS) this.faults.push({ part, text: textOf(error) });
    this.schedule();
  }

  problem(text: string): void {
    if (this.problems.length < MAX_FAULTS) this.problems.push(text);
    this.schedule();
  }

  /** The last report has been read. */
  reported(): void {
    this.isUnderWay = false;
    const waiting = this.faults.length + this.problems.length + Object.keys(this.counts).length;
    if (waiting > 0) this.schedule();
  }

  /** Sends what is left without waiting. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const report = { rejected: this.counts, faults: this.faults, problems: this.problems };
    this.counts = {};
    this.faults = [];
    this.problems = [];
    this.isUnderWay = true;
    this.post({ kind: 'report', report });
  }

  private schedule(): void {
    if (this.isUnderWay || this.timer !== undefined) return;
    this.timer = setTimeout(() => this.flush(), EVERY_MS);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
