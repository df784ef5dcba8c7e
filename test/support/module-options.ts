import { type PrometheusOptions } from 'nestjs-prometheus-exporter';
import ts from 'typescript';

/** The options that a piece of code gives to `PrometheusModule.forRoot()`, as text. */
export function optionsTextIn(code: string): string {
  const texts: string[] = [];
  const file = ts.createSourceFile('options.ts', code, ts.ScriptTarget.ES2022, true);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'PrometheusModule.forRoot') {
      texts.push(node.arguments[0]?.getText() ?? '{}');
    }
    node.forEachChild(visit);
  };
  visit(file);
  if (texts.length !== 1) throw new Error(`Expected one call of PrometheusModule.forRoot(), got ${texts.length}.`);
  return texts[0]!;
}

/** The options that such a text means. */
export function evaluatedOptions(text: string): PrometheusOptions {
  // The text is code of our own documentation.
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
  return new Function(`return (${text});`)() as PrometheusOptions;
}
