import { type AnyMethod } from '../../host/any-method.js';
import { type SchedulerOrchestrator } from './schedule-explorer.js';

/** What of a CronJob of the package `cron` is read. */
interface CronJob {
  /** Since version 4; before, it is `running`. */
  readonly isActive?: boolean;
  readonly running?: boolean;
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

/** One that is planned for a date runs once. */
function cronInterval(job: CronJob): number {
  if (!(job.isActive ?? job.running)) return 0;
  const dates = job.nextDates(2);
  const [first, second] = Array.isArray(dates) ? (dates as readonly { toMillis(): number }[]) : [];
  return first === undefined || second === undefined ? 0 : (second.toMillis() - first.toMillis()) / 1000;
}
