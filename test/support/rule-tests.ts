import { parse } from 'yaml';
import { metricNamesInExpression } from './rule-files.js';

type Labels = Readonly<Record<string, string>>;

/** An alert that a test of promtool looks at, and the labels of what fires; empty if none must fire. */
export interface TestedAlert {
  readonly alert: string;
  readonly firing: readonly Labels[];
}

interface RuleTestFile {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly { readonly exp_labels: Labels }[];
    }[];
    readonly promql_expr_test?: readonly { readonly expr: string; readonly exp_samples: readonly object[] }[];
  }[];
}

/** The alerts in a test file of promtool. */
export function testedAlertsIn(testsYaml: string): readonly TestedAlert[] {
  return testsOf(testsYaml)
    .flatMap(({ alert_rule_test: tests = [] }) => tests)
    .map(({ alertname, exp_alerts: expected }) => {
      return { alert: alertname, firing: expected.map(({ exp_labels: labels }) => labels) };
    });
}

/** The series of which a test file of promtool expects values. */
export function testedSeriesIn(testsYaml: string): readonly string[] {
  return testsOf(testsYaml)
    .flatMap(({ promql_expr_test: tests = [] }) => tests)
    .filter(({ exp_samples: samples }) => samples.length > 0)
    .flatMap(({ expr }) => metricNamesInExpression(expr));
}

function testsOf(testsYaml: string): RuleTestFile['tests'] {
  return (parse(testsYaml) as RuleTestFile).tests;
}
