import { NAMED_DOORS, type NamedDoor } from '../../catalogue/nest/doors.js';
import { commented, type RecordingRule, type RuleFile } from '../rule.js';
import { instanceLabelsOf, type RuleSettings } from '../rule-settings.js';
import { block } from '../text-block.js';

const COMMENT = block`
  Recording rules over the metrics of all doors but HTTP: GraphQL, microservices, WebSocket gateways, schedules, queues
  and events.

  The doors name their operations by different labels. Here they have the same two: "door", and "operation", which is
  those labels with spaces between them, such as "tcp dog.created". So one expression reads all doors. An application
  has the series of the doors that it has.`;

export function operationRecordingRules(settings: RuleSettings): RuleFile {
  const instance = instanceLabelsOf(settings);
  return {
    name: 'nestjs-operations.rules.yml',
    comment: COMMENT,
    groups: [
      { name: 'nestjs-operations', rules: executions(instance) },
      { name: 'nestjs-operations-errors', rules: errors() },
      { name: 'nestjs-operations-duration', rules: duration(instance) },
      { name: 'nestjs-websocket-connections', rules: connections(instance) },
    ],
  };
}

/** The same rule for each door. */
function ofEachDoor(record: string, expression: (door: NamedDoor) => string): readonly RecordingRule[] {
  return NAMED_DOORS.map((named) => ({ record, labels: { door: named.door }, expr: expression(named) }));
}

/** The sum over instances, with the labels of the door as one. */
function byOperation(instance: string, { labels }: NamedDoor, rate: string): string {
  const quoted = labels.map((label) => `"${label}"`).join(', ');
  return block`
    sum without (${instance}, ${labels.join(', ')}) (
      label_join(${rate}, "operation", " ", ${quoted})
    )`;
}

function executions(instance: string): readonly RecordingRule[] {
  return [
    ...commented(
      'Executions that have ended, per second.',
      ofEachDoor('job_door_operation_outcome:nestjs_operations:rate5m', (named) =>
        byOperation(instance, named, `rate(nestjs_${named.door}_operations_total[5m])`),
      ),
    ),
    {
      record: 'job_door_operation:nestjs_operations:rate5m',
      expr: 'sum without (outcome) (job_door_operation_outcome:nestjs_operations:rate5m)',
    },
    {
      record: 'job_door:nestjs_operations:rate5m',
      expr: 'sum without (operation) (job_door_operation:nestjs_operations:rate5m)',
    },
    ...commented(
      'Executions in flight.',
      ofEachDoor(
        'job_door:nestjs_operations_in_flight:sum',
        ({ door, labels }) => `sum without (${instance}, ${labels.join(', ')}) (nestjs_${door}_operations_in_flight)`,
      ),
    ),
  ];
}

function errors(): readonly RecordingRule[] {
  return [
    {
      comment: 'Executions that ended with an error, per second and as a share of all that have ended.',
      record: 'job_door_operation:nestjs_operations_failed:rate5m',
      expr: block`
          sum without (outcome) (job_door_operation_outcome:nestjs_operations:rate5m{outcome="error"})
        or
          0 * job_door_operation:nestjs_operations:rate5m`,
    },
    {
      record: 'job_door:nestjs_operations_failed:rate5m',
      expr: 'sum without (operation) (job_door_operation:nestjs_operations_failed:rate5m)',
    },
    ...['job_door_operation', 'job_door'].map((level) => ({
      record: `${level}:nestjs_operations_failed_per_operations:ratio_rate5m`,
      expr: block`
          ${level}:nestjs_operations_failed:rate5m
        /
          (${level}:nestjs_operations:rate5m > 0)`,
    })),
  ];
}

function duration(instance: string): readonly RecordingRule[] {
  return [
    ...commented(
      'Seconds within which ninety-nine hundredths of the executions ended, whatever their outcome.',
      ofEachDoor('job_door_operation_le:nestjs_operation_duration_seconds_bucket:rate5m', (named) =>
        byOperation(`${instance}, outcome`, named, `rate(nestjs_${named.door}_operation_duration_seconds_bucket[5m])`),
      ),
    ),
    {
      record: 'job_door_operation:nestjs_operation_duration_seconds:p99_rate5m',
      expr: 'histogram_quantile(0.99, job_door_operation_le:nestjs_operation_duration_seconds_bucket:rate5m) >= 0',
    },
  ];
}

function connections(instance: string): readonly RecordingRule[] {
  return [
    {
      comment: 'Open connections of WebSocket gateways, and those that were opened per second.',
      record: 'job_gateway:nestjs_websocket_connections:sum',
      expr: `sum without (${instance}) (nestjs_websocket_connections)`,
    },
    {
      record: 'job_gateway:nestjs_websocket_connections_opened:rate5m',
      expr: `sum without (${instance}) (rate(nestjs_websocket_connections_opened_total[5m]))`,
    },
  ];
}
