import { type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { InstancesAtInit } from '../../host/instances-at-init.js';
import { type Operation } from '../operation-events.js';
import { Executions } from '../operations/executions.js';
import { type Sink } from '../sink.js';
import { ObservedExplorer } from './observed-explorer.js';
import { plannedInterval } from './planned-interval.js';
import { asScheduleExplorer } from './schedule-explorer.js';

/**
 * Observes methods with `@Cron()`, `@Interval()` and `@Timeout()`. `@nestjs/schedule` looks for them in an `onModuleInit`,
 * and removes them at shutdown. What a program adds to the SchedulerRegistry is not seen: its names are data.
 */
export class ScheduleInstrumentation implements OnModuleInit, OnApplicationShutdown {
  private readonly executions: Executions;
  private readonly explorers: InstancesAtInit;
  private readonly observed: ObservedExplorer[] = [];
  /** One per name, whatever the number of instances. */
  private readonly operations = new Map<string, Operation>();
  private readonly collector = { name: 'schedule', collect: () => this.read() };

  constructor(
    modules: ModulesContainer,
    private readonly sink: Sink,
  ) {
    this.executions = new Executions(sink, 'schedule');
    this.explorers = new InstancesAtInit(modules, 'ScheduleExplorer', (explorer) => this.observe(explorer));
  }

  onModuleInit(): void {
    this.explorers.complete();
  }

  onApplicationShutdown(): void {
    this.executions.stop();
    for (const explorer of this.observed.splice(0)) this.sink.boundary.run('schedule', () => explorer.putBack());
  }

  /** What a scrape has to ask. An application without schedules does not want to read about them. */
  collectors(): readonly { readonly name: string; collect(): void }[] {
    return this.operations.size > 0 ? [this.collector] : [];
  }

  private observe(instance: object): void {
    this.sink.boundary.run('schedule', () => {
      const explorer = asScheduleExplorer(instance);
      const operationOf = (name: string) => this.operationOf(name);
      this.observed.push(new ObservedExplorer(explorer, this.executions, operationOf, this.sink));
    });
  }

  private operationOf(name: string): Operation {
    const known = this.operations.get(name);
    if (known !== undefined) return known;
    const operation: Operation = { door: 'schedule', names: { name } };
    this.operations.set(name, operation);
    this.executions.known([operation]);
    return operation;
  }

  private read(): void {
    const intervals = new Map<Operation, number>();
    for (const { schedules } of this.observed) {
      for (const { operation, orchestrator, target } of schedules) {
        const shortest = shorter(plannedInterval(orchestrator, target), intervals.get(operation));
        intervals.set(operation, shortest);
      }
    }
    for (const [operation, seconds] of intervals) this.sink.listeners.scheduleRead(operation, seconds);
  }
}

/** 0 is none. */
function shorter(one: number, other = 0): number {
  return one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);
}
