import { printable } from '../printable.js';
import { type Terminal } from '../terminal.js';
import { textTable } from '../text-table.js';
import { type Activity } from './activity.js';
import { type Interval, type SubjectTable } from './interval.js';

/** The tables for a reader, with at most `limit` rows each. */
export function intervalText(source: string, interval: Interval, limit: number, terminal: Terminal): string {
  const head = `${printable(source)}, ${interval.seconds.toFixed(1)} s`;
  return [head, ...interval.tables.map((table) => tableText(table, limit, terminal)), '']
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function tableText({ subject, activities }: SubjectTable, limit: number, terminal: Terminal): string {
  const title = `${subject.title}: ${shownOf(activities.length, limit)}`;
  if (activities.length === 0) return title;
  const names = subject.columns.map(({ head }) => head);
  const head = ['per second', 'mean', 'p95', 'failed', 'busy', ...names];
  const rows = activities.slice(0, limit).map((activity) => rowOf(activity));
  return `${title}\n${textTable(head, rows, [0, 1, 2, 3, 4], terminal)}`;
}

function shownOf(number: number, limit: number): string {
  if (number === 0) return 'nothing happened';
  return number > limit ? `${limit} of ${number}` : String(number);
}

function rowOf({ labels, perSecond, meanSeconds, p95Seconds, failedRatio, busy }: Activity): readonly string[] {
  return [
    perSecond.toFixed(perSecond < 10 ? 2 : 1),
    duration(meanSeconds),
    p95Seconds === null ? '' : duration(p95Seconds),
    failedRatio === null ? '' : `${(failedRatio * 100).toFixed(1)}%`,
    busy.toFixed(2),
    ...Object.values(labels),
  ];
}

function duration(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}
