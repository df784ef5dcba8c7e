import { cacheRecordingRules } from './recording/cache.js';
import { httpRecordingRules } from './recording/http.js';
import { runtimeRecordingRules } from './recording/runtime.js';
import { sloRecordingRules } from './recording/slo.js';
import { typeormRecordingRules } from './recording/typeorm.js';
import { type RuleFile } from './rule.js';
import { type RuleSettings } from './rule-settings.js';
import { rulesYaml } from './rule-yaml.js';
import { withNamespaceOf } from './rule-namespace.js';

export { type RuleFile } from './rule.js';

const RECORDING = [
  httpRecordingRules,
  sloRecordingRules,
  typeormRecordingRules,
  cacheRecordingRules,
  runtimeRecordingRules,
];

/** The recording rules for an application with these settings. */
export function recordingRules(settings: RuleSettings): readonly RuleFile[] {
  return RECORDING.map((rulesFor) => withNamespaceOf(settings, rulesFor(settings)));
}

/** The text of the file. */
export function toYaml({ comment, groups }: RuleFile): string {
  return rulesYaml(comment, groups);
}
