import { type ExpressionMapLike, type QueryBuilderLike } from './typeorm-types.js';
import { type Method } from './stand-ins.js';

/**
 * What the query builder knew about a statement, under the parameters that it gave out with the SQL: the very same
 * object arrives at the query runner next. So the entity is exact, and no SQL has to be read.
 */
const tags = new WeakMap<object, ExpressionMapLike>();

/** The stand-in for `getQueryAndParameters`, through which every statement of every query builder goes. */
export function tagging(original: Method): Method {
  return function getQueryAndParameters(this: QueryBuilderLike, ...args) {
    const made = original.apply(this, args) as ReturnType<QueryBuilderLike['getQueryAndParameters']>;
    const parameters = made?.[1];
    if (typeof parameters === 'object' && parameters !== null) tags.set(parameters, this.expressionMap);
    return made;
  };
}

export function tagOf(parameters: unknown): ExpressionMapLike | undefined {
  return typeof parameters === 'object' && parameters !== null ? tags.get(parameters) : undefined;
}
