import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { path } from './paths.mjs';
import { tsdocOf } from './tsdoc.mjs';

/** All metrics in a file of definitions, in their order, each with its TSDoc. */
export function metricsIn({ source, exports }) {
  const docs = docsOf(source);
  return [...docs].flatMap(([constant, doc]) => {
    const definition = exports[constant];
    return definition?.help === undefined ? [] : [{ ...definition, doc }];
  });
}

/** The TSDoc of each exported constant, by its name. */
function docsOf(source) {
  const file = ts.createSourceFile(source, readFileSync(path(source), 'utf8'), ts.ScriptTarget.Latest, true);
  const constants = file.statements.filter(ts.isVariableStatement);
  return new Map(
    constants.flatMap((statement) =>
      statement.declarationList.declarations.map(({ name }) => [name.getText(), tsdocOf(statement)]),
    ),
  );
}
