import { type AnyMethod } from '../../host/any-method.js';
import { type SchedulerOrchestrator } from './schedule-explorer.js';

/** What of a CronJob of the package `cron` is read. */
interface CronJob {
  /** Since version 4; before, it is `running`. */
  readonly isActive?: boolean;
  readonly running?: boolean;
  /** Another object after `setTime()`. */
  readonly cronTime: unknown;
  nextDates(count: number): readonly { toMillis(): number }[];
}

/**
 * Seconds between the next two runs that are planned. 0 if none are: the schedule is stopped or has been deleted, or it
 * is a timeout.
 */
export function plannedInterval(orchestrator: SchedulerOrchestrator, target: AnyMethod): number {
  const { cronJobs, intervals, schedulerRegistry: registry } = orchestrator;
  const job = entryOf(cronJobs, target);
  if (job !== undefined) {
    const [name, { ref }] = job;
    return registry.doesExist('cron', name) && registry.getCronJob(name) === ref ? cronInterval(ref as CronJob) : 0;
  }
  const interval = entryOf(intervals, target);
  if (interval === undefined) return 0;
  const [name, { ref, timeout }] = interval;
  return registry.doesExist('interval', name) && registry.getInterval(name) === ref ? timeout / 1000 : 0;
}

function entryOf<T extends { readonly target: AnyMethod }>(
  all: Readonly<Record<string, T>>,
  target: AnyMethod,
): readonly [string, T] | undefined {
  return Object.entries(all).find(([, one]) => one.target === target);
}

interface Plan {
  readonly cronTime: unknown;
  /** When the first of the two runs is due, as Unix time in milliseconds. */
  readonly until: number;
  readonly seconds: number;
}

/** The next dates of a job take milliseconds of CPU to find, and stay the same until the first of them. */
const plans = new WeakMap<CronJob, Plan>();

function cronInterval(job: CronJob): number {
  if (!(job.isActive ?? job.running)) return 0;
  const known = plans.get(job);
  if (known !== undefined && known.cronTime === job.cronTime && Date.now() < known.until) return known.seconds;
  const found = planOf(job);
  if (found === undefined) return 0;
  plans.set(job, found);
  return found.seconds;
}

/** Undefined for one that is planned for a date: it runs once. */
function planOf(job: CronJob): Plan | undefined {
  const dates = job.nextDates(2);
  const [first, second] = Array.isArray(dates) ? (dates as readonly { toMillis(): number }[]) : [];
  if (first === undefined || second === undefined) return undefined;
  const until = first.toMillis();
  return { cronTime: job.cronTime, until, seconds: (second.toMillis() - until) / 1000 };
}
