import { type AnyMethod } from '../../host/any-method.js';
import { StandIns } from '../../host/stand-ins.js';
import { type Operation } from '../operation-events.js';
import { type Executions } from '../operations/executions.js';
import { type Sink } from '../sink.js';
import { type ScheduleExplorer, type SchedulerOrchestrator } from './schedule-explorer.js';

/** A method with `@Cron()`, `@Interval()` or `@Timeout()` on one instance. */
export interface Schedule {
  readonly operation: Operation;
  readonly orchestrator: SchedulerOrchestrator;
  /** What the orchestrator calls, and by which it is found there. */
  readonly target: AnyMethod;
}

/** Follows the methods that one explorer finds, before it catches and logs their errors. */
export class ObservedExplorer {
  readonly schedules: Schedule[] = [];
  private readonly standIns = new StandIns();
  /** The key of the method that the explorer is looking at. */
  private methodKey = '';

  constructor(
    explorer: ScheduleExplorer,
    private readonly executions: Executions,
    private readonly operationOf: (name: string) => Operation,
    private readonly sink: Sink,
  ) {
    this.standIns.put(explorer, 'lookupSchedulers', (lookUp) => this.lookingUp(explorer, lookUp));
    this.standIns.put(explorer, 'wrapFunctionInTryCatchBlocks', (wrap) => this.wrapping(explorer, wrap));
  }

  putBack(): void {
    this.standIns.putBack();
  }

  private lookingUp(explorer: ScheduleExplorer, lookUp: AnyMethod): AnyMethod {
    return (instance, methodKey, ...rest) => {
      this.methodKey = String(methodKey);
      return lookUp.call(explorer, instance, methodKey, ...rest);
    };
  }

  private wrapping(explorer: ScheduleExplorer, wrap: AnyMethod): AnyMethod {
    return (method, instance, ...rest) => {
      const operation = this.sink.boundary.run('schedule', () => this.operationFor(explorer, method, instance));
      if (operation === undefined) return wrap.call(explorer, method, instance, ...rest);
      const { executions } = this;
      const followed: AnyMethod = function (...args) {
        return executions.follow(operation, () => (method as AnyMethod).apply(this, args));
      };
      const target = wrap.call(explorer, followed, instance, ...rest) as AnyMethod;
      this.schedules.push({ operation, orchestrator: explorer.schedulerOrchestrator, target });
      return target;
    };
  }

  private operationFor(explorer: ScheduleExplorer, method: unknown, instance: unknown): Operation {
    const given = explorer.metadataAccessor.getSchedulerName(method);
    return this.operationOf(given ?? `${(instance as object).constructor.name}.${this.methodKey}`);
  }
}
