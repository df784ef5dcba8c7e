import { parsePromql } from '../../promql/parse-promql.js';
import { type Edit, withEdits } from './edits.js';

/** The expression with further matchers before those that each of its selectors has. */
export function withMatchers(expression: string, matchers: string): string {
  const edits: Edit[] = [];
  parsePromql(expression)
    .root.cursor()
    .iterate(({ node }) => {
      if (node.name === 'VectorSelector') edits.push(matchersAt(node.getChild('LabelMatchers'), node.to, matchers));
    });
  return withEdits(expression, edits);
}

function matchersAt(existing: { readonly from: number } | null, end: number, matchers: string): Edit {
  const from = existing ? existing.from + 1 : end;
  return { from, to: from, text: existing ? `${matchers}, ` : `{${matchers}}` };
}
