import { type Selector, selectorsIn } from '../../promql/selectors-in.js';
import { CommandFault, reasonOf } from '../command-fault.js';

/** A rule file or a dashboard, and what it reads. */
export interface ExpressionFile {
  readonly path: string;
  readonly uses: readonly Use[];
  /** The names that its recording rules write. */
  readonly records: readonly string[];
}

/** A metric that a file reads, and where. */
export interface Use {
  readonly file: string;
  /** The rule, alert or panel. */
  readonly where: string;
  readonly selector: Selector;
}

/** An expression as it stands in a file. */
export interface PlacedExpression {
  readonly where: string;
  readonly expression: string;
}

export function usesIn(path: string, expressions: readonly PlacedExpression[]): readonly Use[] {
  return expressions.flatMap(({ where, expression }) =>
    selectorsAt(path, where, expression).map((selector) => ({ file: path, where, selector })),
  );
}

function selectorsAt(path: string, where: string, expression: string): readonly Selector[] {
  try {
    return selectorsIn(expression);
  } catch (error) {
    throw new CommandFault(`${path}, ${where}: ${reasonOf(error)}`);
  }
}
