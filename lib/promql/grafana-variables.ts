/**
 * A string or a comment, whose text stays as it is, or a variable of Grafana: `$name`, `${name}`, `${name:format}`.
 * Strings may contain dollars of their own, as `"$1"` in `label_replace()`.
 */
const STRING_COMMENT_OR_VARIABLE = /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|`[^`]*`|#[^\n]*|\$(?:\w+|\{[^{}\n]*\})/g;

/**
 * The expression with a number in place of each variable of Grafana, of the same length, so that places in the text
 * stay the same. PromQL accepts a number where a duration is expected, so `[$__rate_interval]`, `offset $shift` and
 * `topk($limit, …)` become PromQL. A variable that stands for a name or a label (`by ($label)`) does not.
 */
export function withoutVariables(expression: string): string {
  return expression.replaceAll(STRING_COMMENT_OR_VARIABLE, (token) =>
    token.startsWith('$') ? '1'.padEnd(token.length) : token,
  );
}
