/**
 * Text of several lines, without the indentation of the source: PromQL, or a comment. It begins on the line after the
 * opening quote.
 */
export function block(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const text = String.raw(strings, ...values);
  const lines = text.replace(/^\n/, '').trimEnd().split('\n');
  const indentations = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indentation = Math.min(...indentations);
  return lines.map((line) => line.slice(indentation)).join('\n');
}
