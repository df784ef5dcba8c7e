/** A rule of a Prometheus rule file: what it is called, if it is a recording rule, and its expression. */
export interface Rule {
  /** The metric a recording rule writes; undefined for an alert. */
  readonly record: string | undefined;
  readonly expression: string;
}

/**
 * The metrics that rules read from targets, in alphabetical order: those their expressions name, without those which
 * recording rules among the given files write. Give all files that build on each other at once.
 */
export function metricNamesIn(...rulesYaml: readonly string[]): string[] {
  const rules = rulesYaml.flatMap(rulesIn);
  const recorded = new Set(rules.map(({ record }) => record));
  const named = new Set(rules.flatMap(({ expression }) => metricNamesInExpression(expression)));
  return [...named].filter((name) => !recorded.has(name)).toSorted();
}

/**
 * The rules of a rule file. Reads what our files are made of, one line per plain value and literal blocks, and no more
 * of YAML: anything else throws. That the file is sound YAML is for promtool to say.
 */
export function rulesIn(rulesYaml: string): Rule[] {
  const rules: Rule[] = [];
  let record: string | undefined;
  const lines = rulesYaml.split('\n');
  for (const [index, line] of lines.entries()) {
    const [, indentation = '', key, value = ''] = /^(\s*(?:- )?)(record|alert|expr): *(.*?) *$/.exec(line) ?? [];
    if (key === 'record') record = value;
    if (key === 'alert') record = undefined;
    if (key === 'expr') rules.push({ record, expression: scalar(value, indentation.length, lines.slice(index + 1)) });
  }
  return rules;
}

function scalar(value: string, indentation: number, following: readonly string[]): string {
  if (/^["']/.test(value)) throw new Error(`Expected a plain value or a block, got a quoted one: ${value}`);
  const block = blockBelow(indentation, following);
  if (/^[|>][-+]?\d?[-+]?$/.test(value)) return block.join('\n');
  if (block.some((line) => line.trim() !== '')) throw new Error(`Expected a value on one line or a block: ${value}`);
  return value;
}

function blockBelow(indentation: number, lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => line.trim() !== '' && line.search(/\S/) <= indentation);
  return end < 0 ? lines : lines.slice(0, end);
}

/** What looks like a name in PromQL and is none of a metric. Functions are known by their parenthesis. */
const KEYWORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'group_left', 'group_right', 'inf', 'nan', 'atan2']);

export function metricNamesInExpression(expression: string): string[] {
  if (expression.includes('__name__')) throw new Error(`Expected metrics to be named outside of braces: ${expression}`);
  const bare = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""')
    .replaceAll(/#.*/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gi, ' ');
  const words = bare.match(/(?<![\w:.])[a-zA-Z_:][\w:]*(?![\w:])(?!\s*\()/g) ?? [];
  return words.filter((word) => !KEYWORDS.has(word.toLowerCase()));
}
