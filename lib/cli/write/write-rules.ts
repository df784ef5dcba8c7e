import { alertRules, recordingRules, type RuleFile, toYaml } from '../../rules/rule-file.js';
import { type RuleSettings } from '../../rules/rule-settings.js';
import { CommandFault } from '../command-fault.js';
import { type Terminal } from '../terminal.js';
import { applicationOf } from './application.js';
import { type RuleFlags } from './rule-flags.js';
import { ruleSettingsOf } from './rule-settings-of.js';
import { writeFiles } from './write-files.js';

export type RuleKind = 'rules' | 'alerts';

const NOTE = 'Written by `npx nestjs-prometheus-exporter';

/** Writes one file per subject into a folder, or prints one file with all groups. */
export async function writeRules(kind: RuleKind, flags: RuleFlags, terminal: Terminal): Promise<void> {
  const settings = ruleSettingsOf(flags, await applicationOf(flags, terminal));
  const files = filesOf(kind, settings);
  if (flags.out === undefined) {
    const groups = files.flatMap((file) => file.groups);
    terminal.print(toYaml({ name: `nestjs.${kind}.yml`, comment: `${NOTE} ${kind}\`.`, groups }));
  } else {
    const written = files.map((file) => {
      return { name: file.name, text: toYaml({ ...file, comment: `${NOTE} ${kind}\`.\n\n${file.comment}` }) };
    });
    writeFiles(flags.out, written, terminal);
  }
}

/** Alerts read recording rules, so a setting that one of the two cannot have is refused for both. */
function filesOf(kind: RuleKind, settings: RuleSettings): readonly RuleFile[] {
  try {
    const files = { rules: recordingRules(settings), alerts: alertRules(settings) };
    return files[kind];
  } catch (error) {
    throw error instanceof RangeError ? new CommandFault(error.message) : error;
  }
}
