import { type OperatorQuery } from './operator-queries.js';

/** A string of Go or of JavaScript. */
const STRING = /"(?:\\.|[^"\\])*"|`[^`]*`/g;
const METRIC = /\b(?:nestjs|typeorm|nodejs|process)_\w+|\w+:\w+:\w+/;

/** The queries of a console of Prometheus: every string in it that names a metric. A bare word names a template. */
export function consoleQueries(html: string, file: string): readonly OperatorQuery[] {
  const strings = Array.from(html.matchAll(STRING), ([literal]) => literal);
  const expressions = strings.filter((literal) => METRIC.test(literal) && !/^.\w+.$/.test(literal)).map(expressionOf);
  return [...new Set(expressions)].map((expression) => ({
    file,
    kind: 'console',
    title: file.slice(file.lastIndexOf('/') + 1),
    expression,
    shown: [],
  }));
}

/** What `printf` fills in is a matcher, or the value of one. */
function expressionOf(literal: string): string {
  const inside = literal.slice(1, -1);
  const text = literal.startsWith('`') ? inside : inside.replaceAll(/\\(.)/g, '$1');
  return text
    .replaceAll(/(?<=[{,])%s(?=[},])/g, 'job="value"')
    .replaceAll('%q', '"value"')
    .replaceAll(/\{\{.*?\}\}|%s/gs, 'value');
}
