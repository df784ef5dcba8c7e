import { type EventEmitter } from 'node:events';
import { type ModulesContainer } from '@nestjs/core';
import { wrappersOf } from '../../host/wrappers.js';

/** What of a job is read. The same in BullMQ 5 and 6. */
export interface Job {
  readonly id?: string;
  readonly name: string;
  readonly opts: { readonly delay?: number; readonly backoff?: unknown };
  /** When it was added, as Unix time in milliseconds. */
  readonly timestamp: number;
  /** Milliseconds until it may begin, when it was added or put back last. */
  readonly delay: number;
  readonly attemptsMade: number;
  /** Before BullMQ 5.1 there is none. */
  readonly attemptsStarted?: number;
  /** Set when it was completed, or failed and is not tried again. */
  readonly finishedOn?: number;
}

/** What of a worker is used. */
export interface Worker extends EventEmitter {
  readonly name: string;
}

/** What makes the workers of classes with `@Processor()`. The same in `@nestjs/bullmq` 11 and 12. */
export interface BullExplorer {
  readonly workers: readonly Worker[];
  register(): void;
}

/** A queue of `BullModule.registerQueue()`. */
export interface Queue {
  readonly name: string;
  /** By state; those that the version has. */
  getJobCounts(): Promise<Readonly<Record<string, number>>>;
}

/** @errors throws if it has no explorer, or one without what we need */
export function explorerOf(registrar: object): BullExplorer {
  const explorer = Reflect.get(registrar, 'bullExplorer') as BullExplorer | undefined;
  if (typeof explorer?.register === 'function' && Array.isArray(explorer.workers)) return explorer;
  throw new TypeError('This version of @nestjs/bullmq makes its workers in a way that is not known.');
}

/** The queues of an application, each name once. `@nestjs/bull` has the same tokens for queues of another package. */
export function queuesOf(modules: ModulesContainer): readonly Queue[] {
  const byName = new Map<string, Queue>();
  for (const { token, instance } of wrappersOf(modules, ['providers'])) {
    if (typeof token !== 'string' || !token.startsWith('BullQueue_') || !isQueue(instance)) continue;
    if (!byName.has(instance.name)) byName.set(instance.name, instance);
  }
  return [...byName.values()];
}

function isQueue(instance: unknown): instance is Queue {
  const { name, getJobCounts, getWaitingChildrenCount } = Object(instance) as Readonly<Record<string, unknown>>;
  return [getJobCounts, getWaitingChildrenCount].every((one) => typeof one === 'function') && typeof name === 'string';
}
