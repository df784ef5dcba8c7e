import {
  type Figures,
  type Health,
  type History,
  type MonitorState,
  type ProcessState,
  type RequestFigures,
  type RouteFigures,
  type Routes,
  type Running,
  type Series,
  type StatementFigures,
  type StoreState,
  type Total,
  type Window,
  WINDOWS,
} from '../lib/monitor/state.js';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const flag: Check = (value) => typeof value === 'boolean';
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const time: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** Asks for a check of every field of the type, so that a field added to the state cannot be forgotten here. */
function record<Type>(checks: Readonly<Record<keyof Type, Check>>): Check {
  const entries = Object.entries<Check>(checks);
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    entries.every(([name, check]) => check((value as Readonly<Record<string, unknown>>)[name]));
}

const figures = record<Figures>({
  from: time,
  seconds: number,
  requests: record<RequestFigures>({
    count: number,
    perSecond: number,
    averageSeconds: orNull(number),
    errors: number,
    errorShare: orNull(number),
    aborted: number,
  }),
  statements: record<StatementFigures>({
    count: number,
    perSecond: number,
    averageSeconds: orNull(number),
    errors: number,
  }),
  statementsPerRequest: orNull(number),
});

const values = listOf(orNull(number));
const series = record<Series>({
  from: time,
  stepSeconds: number,
  requestsPerSecond: values,
  requestSeconds: values,
  errorsPerSecond: values,
  statementsPerSecond: values,
  statementSeconds: values,
});

const routeFigures = record<RouteFigures>({
  method: text,
  route: text,
  count: number,
  averageSeconds: number,
  errors: number,
  statementsPerRequest: orNull(number),
});

const history = record<History>({
  complete: flag,
  latest: figures,
  running: record<Running>({ from: time, seconds: number, requests: number, errors: number, statements: number }),
  windows: record<Record<Window, Figures>>({ '10m': figures, '1h': figures, '24h': figures }),
  window: oneOf(...WINDOWS),
  series,
  routes: record<Routes>({ count: number, busiest: listOf(routeFigures), slowest: listOf(routeFigures) }),
});

const total = record<Total>({ count: number, seconds: number });

const monitorState = record<MonitorState>({
  version: oneOf(1),
  time,
  health: record<Health>({ status: oneOf('well', 'watch', 'unwell', 'idle'), reasons: listOf(text) }),
  scope: oneOf('fleet', 'process'),
  store: record<StoreState>({
    kind: oneOf('memory', 'directory', 'redis'),
    reachable: flag,
    unreachableSince: orNull(time),
  }),
  processes: listOf(record<ProcessState>({ id: text, host: text, pid: number, startedAt: time, lastSeenAt: time })),
  bucketSeconds: number,
  totals: record<MonitorState['totals']>({ requests: total, statements: total }),
  history: orNull(history),
});

/** Undefined for all that is not a state: a proxy's login page, half an answer, the state of another version. */
export function parseState(json: string): MonitorState | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return monitorState(value) ? (value as MonitorState) : undefined;
  } catch {
    return undefined;
  }
}
