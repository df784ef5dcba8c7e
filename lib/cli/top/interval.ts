import { namespaceOf } from '../read/namespace-of.js';
import { type Published } from '../read/published.js';
import { type Activity, activities, type Order } from './activity.js';
import { growthOf } from './histogram-growth.js';
import { type Subject, SUBJECTS } from './subjects.js';

/** A scrape, and when it came, in seconds of a monotonic clock. */
export interface Scrape {
  readonly published: Published;
  readonly at: number;
}

/** What happened between two scrapes. */
export interface Interval {
  readonly seconds: number;
  readonly tables: readonly SubjectTable[];
}

export interface SubjectTable {
  readonly subject: Subject;
  readonly activities: readonly Activity[];
}

/** One table for each subject that the endpoint publishes. */
export function intervalBetween(before: Scrape, after: Scrape, order: Order): Interval {
  const seconds = after.at - before.at;
  const namespace = namespaceOf(after.published) ?? '';
  const tables = SUBJECTS.flatMap((subject): readonly SubjectTable[] => {
    const name = namespace + subject.histogram;
    const now = after.published.metrics.get(name);
    if (!now) return [];
    const growths = growthOf(before.published.metrics.get(name), now);
    return [{ subject, activities: activities(subject, growths, seconds, order) }];
  });
  return { seconds, tables };
}
