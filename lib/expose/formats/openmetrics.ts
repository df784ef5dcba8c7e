import { type ExpositionFormat, type FamilyHead } from './format.js';
import { canonicalNumberText, numberText } from './number-text.js';
import { textual } from './textual.js';

/** How names with other than the classic characters would be written; ours have none, so all schemes agree. */
export const ESCAPING_SCHEMES = ['underscores', 'dots', 'values', 'allow-utf-8'] as const;
export type EscapingScheme = (typeof ESCAPING_SCHEMES)[number];

/** OpenMetrics 1.0.0. */
export function openMetrics(escaping: EscapingScheme): ExpositionFormat {
  return textual({
    contentType: `application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=${escaping}`,
    head: (family) => {
      const name = familyName(family);
      const unit = family.unit === undefined ? '' : `# UNIT ${name} ${family.unit}\n`;
      return `# HELP ${name} ${escapeHelp(family.help)}\n# TYPE ${name} ${typeOf(family)}\n${unit}`;
    },
    familyName,
    bound: canonicalNumberText,
    exemplar: ({ labels, value, timestampSeconds }) => {
      const time = timestampSeconds === undefined ? '' : ` ${timestampSeconds}`;
      return ` # {${labels}} ${numberText(value)}${time}`;
    },
    hasCreated: true,
    end: '# EOF\n',
  });
}

/** A counter's family has no `_total`; its samples do. */
function familyName({ name, type }: FamilyHead): string {
  return type === 'counter' ? name.replace(/_total$/, '') : name;
}

/**
 * A counter without `_total` (prom-client allows it) would have to be renamed to be one here. Its name is what the
 * user's dashboards know, so it keeps the name and gives up the type.
 */
function typeOf({ name, type }: FamilyHead): string {
  return type === 'counter' && !name.endsWith('_total') ? 'unknown' : type;
}

function escapeHelp(help: string): string {
  return help
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('"', '\\"')
    .replaceAll('\r', ' ')
    .replaceAll('\0', ' ');
}
