import { httpRecordingRules } from './recording/http.js';
import { type RuleFile } from './rule.js';
import { type RuleSettings } from './rule-settings.js';
import { rulesYaml } from './rule-yaml.js';
import { withNamespaceOf } from './rule-namespace.js';

export { type RuleFile } from './rule.js';

/** The recording rules for an application with these settings. */
export function recordingRules(settings: RuleSettings): readonly RuleFile[] {
  return [httpRecordingRules(settings)].map((file) => withNamespaceOf(settings, file));
}

/** The text of the file. */
export function toYaml({ comment, groups }: RuleFile): string {
  return rulesYaml(comment, groups);
}
