import { NAMED_DOORS, type NamedDoor } from '../../catalogue/nest/doors.js';
import { type DashboardPlan, type Queries, type Row } from '../dashboard-plan.js';
import { FURTHER_PANELS } from './door-panels.js';
import { doorRow } from './door-row.js';

/** A query for each door, with its title as the legend. */
function ofEachDoor(query: (door: NamedDoor['door']) => string): Queries {
  return Object.fromEntries(NAMED_DOORS.map(({ door, title }) => [title, query(door)]));
}

const ALL_DOORS: Row = {
  title: 'All doors',
  panels: [
    {
      kind: 'graph',
      title: 'Executions by door',
      description: 'Executions per second that have ended. A door that the application does not have is missing.',
      unit: 'ops',
      queries: ofEachDoor((door) => `sum(rate(nestjs_${door}_operations_total[$__rate_interval]))`),
    },
    {
      kind: 'graph',
      title: 'Error ratio by door',
      description:
        'The share of the executions that ended with an error. What a client did wrong counts as well, such as an argument that is refused.',
      unit: 'percentunit',
      queries: ofEachDoor(
        (door) =>
          `sum(rate(nestjs_${door}_operations_total{outcome="error"}[$__rate_interval])) / (sum(rate(nestjs_${door}_operations_total[$__rate_interval])) > 0)`,
      ),
    },
    {
      kind: 'graph',
      title: 'In flight by door',
      description: 'Executions that have not ended. Subscriptions are in flight as long as somebody listens.',
      unit: 'short',
      queries: ofEachDoor((door) => `sum(nestjs_${door}_operations_in_flight)`),
    },
  ],
};

export const OPERATIONS: DashboardPlan = {
  uid: 'nestjs-operations',
  title: 'NestJS / Messages and jobs',
  description:
    'GraphQL, microservices, WebSocket gateways, schedules, queues and events: rate, errors, durations, SQL.',
  rows: [ALL_DOORS, ...NAMED_DOORS.map((named) => doorRow(named, FURTHER_PANELS[named.door]))],
};
