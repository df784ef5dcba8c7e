import { type NamedDoor } from '../../catalogue/nest/doors.js';
import { type Panel, type Row } from '../dashboard-plan.js';

/** What every door has, by its operations. Closed, as most applications have one or two doors. */
export function doorRow(named: NamedDoor, further: readonly Panel[] = []): Row {
  const panels = [executions(named), duration(named), inFlight(named), exceptions(named), ...statements(named)];
  return { title: named.title, isCollapsed: true, panels: [...panels, table(named), ...further] };
}

const legendOf = (labels: readonly string[]) => labels.map((label) => `{{${label}}}`).join(' ');

function executions({ door, labels, title }: NamedDoor): Panel {
  return {
    kind: 'graph',
    title: `${title}: executions by outcome`,
    description: 'Executions per second that have ended.',
    unit: 'ops',
    queries: {
      [`${legendOf(labels)} {{outcome}}`]: `sum by (${labels.join(', ')}, outcome) (rate(nestjs_${door}_operations_total[$__rate_interval])) > 0`,
    },
  };
}

function duration({ door, labels, title, one }: NamedDoor): Panel {
  return {
    kind: 'graph',
    title: `${title}: duration, p99`,
    description: `99 of 100 executions of the ${one} ended within this time, whatever their outcome.`,
    unit: 's',
    queries: {
      [legendOf(labels)]:
        `histogram_quantile(0.99, sum by (${labels.join(', ')}, le) (rate(nestjs_${door}_operation_duration_seconds_bucket[$__rate_interval]))) >= 0`,
    },
  };
}

function inFlight({ door, labels, title }: NamedDoor): Panel {
  return {
    kind: 'graph',
    title: `${title}: in flight`,
    description: 'Executions that have not ended. If the number only grows, they never end.',
    unit: 'short',
    isStacked: true,
    queries: { [legendOf(labels)]: `sum by (${labels.join(', ')}) (nestjs_${door}_operations_in_flight)` },
  };
}

function exceptions({ door, labels, title }: NamedDoor): Panel {
  return {
    kind: 'graph',
    title: `${title}: exceptions by class`,
    description: 'What handlers and what stands around them threw, before any exception filter.',
    unit: 'cps',
    queries: {
      [`{{error_type}} in ${legendOf(labels)}`]: `sum by (error_type, ${labels.join(', ')}) (rate(nestjs_${door}_exceptions_total[$__rate_interval])) > 0`,
    },
  };
}

function statements({ door, labels, title }: NamedDoor): readonly Panel[] {
  const by = labels.join(', ');
  return [
    {
      kind: 'graph',
      title: `${title}: statements per execution`,
      description:
        'SQL statements per execution on average. A high value means N+1 queries. Only with http.queriesPerRequest, which is on from Node 24.',
      unit: 'short',
      queries: {
        [legendOf(labels)]:
          `sum by (${by}) (rate(nestjs_${door}_operation_db_queries_sum[$__rate_interval])) / (sum by (${by}) (rate(nestjs_${door}_operation_db_queries_count[$__rate_interval])) > 0)`,
      },
    },
    {
      kind: 'graph',
      title: `${title}: SQL time per execution, p99`,
      description: 'Total time of the statements of an execution. Statements that run at the same time count in full.',
      unit: 's',
      queries: {
        [legendOf(labels)]:
          `histogram_quantile(0.99, sum by (${by}, le) (rate(nestjs_${door}_operation_db_seconds_bucket[$__rate_interval]))) >= 0`,
      },
    },
  ];
}

function table({ door, labels, title }: NamedDoor): Panel {
  const by = labels.join(', ');
  return {
    kind: 'table',
    title: `${title}: operations`,
    description: 'What was executed in the shown time.',
    width: 24,
    labels: Object.fromEntries(labels.map((label) => [label, capitalized(label)])),
    columns: [
      {
        title: 'Executions',
        unit: 'ops',
        query: `sum by (${by}) (rate(nestjs_${door}_operations_total[$__range])) > 0`,
      },
      {
        title: 'Errors',
        unit: 'percentunit',
        query: `sum by (${by}) (rate(nestjs_${door}_operations_total{outcome="error"}[$__range])) / (sum by (${by}) (rate(nestjs_${door}_operations_total[$__range])) > 0)`,
      },
      {
        title: 'p99',
        unit: 's',
        query: `histogram_quantile(0.99, sum by (${by}, le) (rate(nestjs_${door}_operation_duration_seconds_bucket[$__range]))) >= 0`,
      },
      {
        title: 'Time per second',
        unit: 's',
        query: `sum by (${by}) (rate(nestjs_${door}_operation_duration_seconds_sum[$__range])) > 0`,
      },
    ],
    sortedBy: 'Time per second',
  };
}

const capitalized = (label: string) => label.charAt(0).toUpperCase() + label.slice(1);
