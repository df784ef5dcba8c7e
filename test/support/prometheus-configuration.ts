import { resolve } from 'node:path';

/** What a generated configuration lets Prometheus do. */
export interface ScrapePlan {
  /** `host:port` of each target. */
  readonly targets: readonly string[];
  readonly job?: string;
  readonly metricsPath?: string;
  /** Also the timeout of a scrape, and the interval between evaluations of rules. One second by default. */
  readonly scrapeIntervalMs?: number;
  /** Paths or globs, relative to the working directory. */
  readonly ruleFiles?: readonly string[];
  /** Anything else of Prometheus' `scrape_config`: `authorization`, `params`, `scheme`, `sample_limit`. */
  readonly scrapeConfig?: Readonly<Record<string, unknown>>;
}

/** A configuration file's content. It is JSON, which YAML contains. */
export function prometheusConfiguration(plan: ScrapePlan): string {
  const {
    targets,
    job = 'test',
    metricsPath = '/metrics',
    scrapeIntervalMs = 1000,
    ruleFiles = [],
    scrapeConfig,
  } = plan;
  const interval = `${scrapeIntervalMs}ms`;
  return JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: ruleFiles.map((path) => resolve(path)),
    scrape_configs: [{ job_name: job, metrics_path: metricsPath, static_configs: [{ targets }], ...scrapeConfig }],
  });
}
