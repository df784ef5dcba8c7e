import { type Operation } from './operation-events.js';

/** The methods of a listener for schedules. Their runs are events of operations. */
export interface ScheduleListener {
  /**
   * At each scrape, for each schedule of the application.
   *
   * @param intervalSeconds between its next two planned runs; 0 if none are planned
   */
  scheduleRead?(operation: Operation, intervalSeconds: number): void;
}

export const SCHEDULE_EVENTS = ['scheduleRead'] as const satisfies readonly (keyof ScheduleListener)[];
