import { parser } from '@prometheus-io/lezer-promql';
import { parseDocument, visit } from 'yaml';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
/** Numbers in the rules from here on are seconds: an age, or how far to look ahead. */
const SMALLEST_SECONDS = 600;
const FOR = '4s';

/**
 * Rules in which an alert fires within a minute instead of hours: `for` is four seconds, and windows are shorter. A
 * longer window stays longer than a shorter one: `[5m]` becomes 12 seconds, `[6h]` a minute, `[3d]` three minutes.
 * Offsets stay, so that the application has no past.
 */
export function shortenedRules(yaml: string): string {
  const rules = parseDocument(yaml);
  visit(rules, {
    Pair: (_, pair) => {
      const { key, value } = pair as { readonly key: unknown; readonly value: unknown };
      if (!isText(key) || !isText(value)) return;
      if (key.value === 'expr') value.value = shortenedExpression(value.value);
      if (key.value === 'for' || key.value === 'keep_firing_for') value.value = FOR;
    },
  });
  return rules.toString();
}

export function shortenedExpression(expression: string): string {
  let shortened = '';
  let end = 0;
  parser.parse(expression).iterate({
    enter: ({ name, from, to, node }) => {
      const text = expression.slice(from, to);
      const isRange = name === 'NumberDurationLiteralInDurationContext' && node.parent?.name === 'DurationExpr';
      const isSeconds = name === 'NumberDurationLiteral' && Number(text) >= SMALLEST_SECONDS;
      if (!isRange && !isSeconds) return;
      shortened +=
        expression.slice(end, from) + (isRange ? `${shorter(secondsOf(text)) * 1000}ms` : shorter(Number(text)));
      end = to;
    },
  });
  return shortened + expression.slice(end);
}

/** Whole tenths of a second. */
function shorter(seconds: number): number {
  return Math.round(120 * (seconds / 300) ** 0.4) / 10;
}

function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([smhdw])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS[unit as keyof typeof SECONDS], 0);
}

function isText(node: unknown): node is { value: string } {
  return typeof node === 'object' && node !== null && 'value' in node && typeof node.value === 'string';
}
