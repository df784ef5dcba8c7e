import { type AnyMethod } from '../../host/any-method.js';

/** What of `ScheduleExplorer` of `@nestjs/schedule` is used: it finds the methods. The same in 6 and 12. */
export interface ScheduleExplorer {
  readonly metadataAccessor: { getSchedulerName(method: unknown): string | undefined };
  readonly schedulerOrchestrator: SchedulerOrchestrator;
  lookupSchedulers(instance: object, methodKey: string): unknown;
  wrapFunctionInTryCatchBlocks(method: AnyMethod, instance: object): AnyMethod;
}

/** What it gives the methods to, to run them. Each is kept by the name that it has in the registry. */
export interface SchedulerOrchestrator {
  readonly cronJobs: Readonly<Record<string, Scheduled>>;
  readonly intervals: Readonly<Record<string, Scheduled & { readonly timeout: number }>>;
  readonly schedulerRegistry: SchedulerRegistry;
}

interface Scheduled {
  readonly target: AnyMethod;
  /** The CronJob or the timer; undefined until the application has booted. */
  readonly ref?: unknown;
}

interface SchedulerRegistry {
  doesExist(type: 'cron' | 'interval', name: string): boolean;
  getCronJob(name: string): unknown;
  getInterval(name: string): unknown;
}

/** @errors throws if it lacks a method that we need */
export function asScheduleExplorer(instance: object): ScheduleExplorer {
  const explorer = instance as ScheduleExplorer;
  const used = [
    Reflect.get(Object(explorer.metadataAccessor), 'getSchedulerName'),
    Reflect.get(explorer, 'lookupSchedulers'),
    Reflect.get(explorer, 'wrapFunctionInTryCatchBlocks'),
  ];
  if (used.every((method) => typeof method === 'function')) return explorer;
  throw new TypeError('This version of @nestjs/schedule registers methods in a way that is not known.');
}
