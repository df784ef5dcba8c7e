import { DEFAULT_RULE_SETTINGS as DEFAULTS, type RuleSettings } from '../../rules/rule-settings.js';
import { type Application } from './application.js';
import { type RuleFlags } from './rule-flags.js';

/** Flags come first, then what the application publishes, then the defaults. */
export function ruleSettingsOf(flags: RuleFlags, { namespace, naming, durationBuckets }: Application): RuleSettings {
  const { runbooks = DEFAULTS.runbooks, grafana } = flags;
  return {
    namespace,
    naming,
    instanceLabels: flags.instanceLabels ?? DEFAULTS.instanceLabels,
    availability: { objective: flags.availabilityObjective ?? DEFAULTS.availability.objective },
    latency: {
      objective: flags.latencyObjective ?? DEFAULTS.latency.objective,
      seconds: flags.latency ?? DEFAULTS.latency.seconds,
    },
    durationBuckets: flags.durationBuckets ?? durationBuckets,
    runbooks: runbooks.endsWith('/') ? runbooks : `${runbooks}/`,
    ...(grafana !== undefined && { dashboards: grafana.replace(/\/+$/, '') }),
  };
}
