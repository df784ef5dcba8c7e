import { type Operation } from '../operation-events.js';

/** What stands for the names of jobs that are not declared in `queue.jobNames`. */
export const OTHER_JOB = '_OTHER';

/** The operations of one queue: one for each declared name of a job, and one for all others. */
export class QueueOperations {
  readonly all: readonly Operation[];
  private readonly byName: ReadonlyMap<string, Operation>;
  private readonly other: Operation;

  constructor(queue: string, jobNames: readonly string[]) {
    const operationOf = (name: string): Operation => ({ door: 'queue', names: { queue, name } });
    this.other = operationOf(OTHER_JOB);
    this.byName = new Map(jobNames.map((name) => [name, operationOf(name)]));
    this.all = [...this.byName.values(), this.other];
  }

  of(jobName: string): Operation {
    return this.byName.get(jobName) ?? this.other;
  }
}
