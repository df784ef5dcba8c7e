import { type Figures, type Health, type HealthStatus, type Running, type StoreState } from './state.js';

/** The health of a service is judged by its last minute. */
export const JUDGED_SECONDS = 60;

/** From this share of failed requests on it is unwell, or to be watched. A single failure is never called unwell. */
const UNWELL_SHARE = 0.05;
const WATCH_SHARE = 0.01;
const FEW_FAILURES = 2;

/** So many times as slow as in the hour before is to be watched, where it can be felt and is no chance. */
const SLOWER_TIMES = 3;
const FELT_SECONDS = 0.1;
const FEW_REQUESTS = 20;

interface Finding {
  readonly status: Exclude<HealthStatus, 'idle'>;
  readonly reason: string;
}

/** What a verdict goes by. */
export interface Judged {
  readonly minute: Figures;
  readonly hour: Figures;
  readonly running: Running;
  readonly store: StoreState;
}

/** The verdict on a service, by its last minute in comparison with its last hour. */
export function healthOf({ minute, hour, running, store }: Judged): Health {
  const findings = [...failures(minute), ...failedStatements(minute), ...slowness(minute, hour), ...away(store)];
  const reasons = findings.map(({ reason }) => reason);
  if (findings.some(({ status }) => status === 'unwell')) return { status: 'unwell', reasons };
  if (findings.length > 0) return { status: 'watch', reasons };
  if (minute.requests.count > 0) return { status: 'well', reasons };
  const isFirst = running.requests > 0 && hour.requests.count === 0;
  return {
    status: 'idle',
    reasons: [isFirst ? 'The first requests are being counted.' : 'No request within the last minute.'],
  };
}

/** The verdict where only totals are kept: there is nothing to judge by. */
export function healthOfTotals(store: StoreState): Health {
  const [outage] = away(store);
  if (outage !== undefined) return { status: 'watch', reasons: [outage.reason] };
  return { status: 'idle', reasons: ['Only totals are kept, which say nothing of the last minute.'] };
}

function failures({ requests }: Figures): Finding[] {
  const { errors, errorShare } = requests;
  if (errorShare === null || errorShare < WATCH_SHARE) return [];
  const status = errorShare >= UNWELL_SHARE && errors >= FEW_FAILURES ? 'unwell' : 'watch';
  // Of those that could be judged, which Django's in the same Redis cannot.
  const judged = Math.round(errors / errorShare);
  return [
    { status, reason: `${percent(errorShare)} of the requests of the last minute failed (${errors} of ${judged}).` },
  ];
}

function failedStatements({ statements: { count, errors } }: Figures): Finding[] {
  if (count === 0 || errors / count < WATCH_SHARE) return [];
  const reason = `${percent(errors / count)} of the SQL statements of the last minute failed (${errors} of ${count}).`;
  return [{ status: 'watch', reason }];
}

function slowness(minute: Figures, hour: Figures): Finding[] {
  const now = minute.requests.averageSeconds ?? 0;
  const before = hour.requests.averageSeconds ?? 0;
  if (now < FELT_SECONDS || minute.requests.count < FEW_REQUESTS || now < SLOWER_TIMES * before) return [];
  const reason = `Requests took ${milliseconds(now)} on average in the last minute, against ${milliseconds(before)} in the last hour.`;
  return [{ status: 'watch', reason }];
}

/** What is known of an outage. The memory has none. */
const AWAY: Readonly<Record<StoreState['kind'], string>> = {
  memory: '',
  directory:
    'The directory cannot be read or written: numbers of other processes may be missing, and they miss those of this one.',
  redis: 'Redis cannot be reached, or takes nothing: only the numbers of one process are known.',
};

function away({ kind, reachable }: StoreState): Finding[] {
  return reachable ? [] : [{ status: 'watch', reason: AWAY[kind] }];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}
