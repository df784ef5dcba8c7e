import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { type AnyMethod } from '../../host/any-method.js';
import { InstancesAtInit } from '../../host/instances-at-init.js';
import { StandIns } from '../../host/stand-ins.js';
import { Executions } from '../operations/executions.js';
import { type Sink } from '../sink.js';
import { type BullExplorer, explorerOf, queuesOf, type Worker } from './bullmq-types.js';
import { DueTimes } from './due-times.js';
import { ObservedWorker } from './observed-worker.js';
import { QueueOperations } from './queue-operations.js';
import { QueueReader } from './queue-reader.js';

export interface QueueInstrumentationOptions {
  readonly jobNames: readonly string[];
}

/** What all workers of one queue share. */
interface ObservedQueue {
  readonly operations: QueueOperations;
  readonly dueTimes: DueTimes;
}

/**
 * Observes the workers of classes with `@Processor()`, and reads the queues of `BullModule.registerQueue()`. The workers are
 * made in an `onModuleInit` of `@nestjs/bullmq`, or later by hand (`manualRegistration`).
 */
export class QueueInstrumentation implements OnModuleInit, OnApplicationShutdown {
  private readonly executions: Executions;
  private readonly registrars: InstancesAtInit;
  private readonly standIns = new StandIns();
  private readonly queues = new Map<string, ObservedQueue>();
  private readonly workers = new Map<Worker, ObservedWorker>();
  private readers: readonly QueueReader[] = [];

  constructor(
    private readonly modules: ModulesContainer,
    private readonly sink: Sink,
    private readonly options: QueueInstrumentationOptions,
  ) {
    this.executions = new Executions(sink, 'queue');
    this.registrars = new InstancesAtInit(modules, 'BullRegistrar', (registrar) => this.hook(registrar));
  }

  onModuleInit(): void {
    this.registrars.complete();
    if (!this.registrars.areAny) return;
    this.sink.boundary.run('queue', () => {
      this.readers = queuesOf(this.modules).map((queue) => new QueueReader(queue, this.sink));
    });
  }

  onApplicationShutdown(): void {
    this.executions.stop();
    this.readers = [];
    this.standIns.putBack();
    for (const worker of this.workers.values()) this.sink.boundary.run('queue', () => worker.putBack());
    this.workers.clear();
  }

  /** One for each queue, so that one whose Redis is down costs its own numbers and no others. */
  collectors(): readonly QueueReader[] {
    return this.readers;
  }

  private hook(registrar: object): void {
    this.sink.boundary.run('queue', () => {
      const explorer = explorerOf(registrar);
      const registered = (): void => this.registered(explorer);
      const wrap =
        (register: AnyMethod): AnyMethod =>
        (...args) => {
          try {
            return register.apply(explorer, args);
          } finally {
            // In the same turn, so before a worker can get a job.
            registered();
          }
        };
      this.standIns.put(explorer, 'register', wrap);
    });
  }

  private registered({ workers }: BullExplorer): void {
    for (const worker of workers) {
      if (!this.workers.has(worker)) this.sink.boundary.run('queue', () => this.observe(worker));
    }
  }

  private observe(worker: Worker): void {
    const { operations, dueTimes } = this.queueOf(worker.name);
    this.workers.set(worker, new ObservedWorker(worker, operations, dueTimes, this.executions, this.sink));
  }

  private queueOf(name: string): ObservedQueue {
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    const queue = { operations: new QueueOperations(name, this.options.jobNames), dueTimes: new DueTimes() };
    this.queues.set(name, queue);
    this.executions.known(queue.operations.all);
    return queue;
  }
}
