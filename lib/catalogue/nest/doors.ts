import { type Door } from '../../observe/operation-events.js';

/** A door, for the rules and dashboards that are the same for all of them. */
export interface NamedDoor {
  /** Its metrics are `nestjs_<door>_operations_total` and so on. */
  readonly door: Door;
  readonly title: string;
  /** The labels that name an operation. */
  readonly labels: readonly string[];
  /** One operation, for texts. */
  readonly one: string;
  /** Somebody waits for the result, and notices an error. */
  readonly isAnswered: boolean;
}

export const NAMED_DOORS: readonly NamedDoor[] = [
  { door: 'graphql', title: 'GraphQL', labels: ['type', 'field'], one: 'root field', isAnswered: true },
  { door: 'rpc', title: 'Microservices', labels: ['transport', 'pattern'], one: 'pattern', isAnswered: true },
  { door: 'websocket', title: 'WebSocket gateways', labels: ['gateway', 'event'], one: 'event', isAnswered: true },
  { door: 'schedule', title: 'Schedules', labels: ['name'], one: 'schedule', isAnswered: false },
  { door: 'queue', title: 'Queues', labels: ['queue', 'name'], one: 'job', isAnswered: false },
  { door: 'events', title: 'Events', labels: ['event'], one: 'event', isAnswered: false },
];
