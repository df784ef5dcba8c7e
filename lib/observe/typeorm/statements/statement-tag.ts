import { type AliasLike, type ExpressionMapLike, type QueryBuilderLike } from '../typeorm-types.js';
import { type AnyMethod } from '../../../host/any-method.js';

/**
 * What the query builder knew about a statement, by the parameters that it gave out with the SQL: the very same object
 * arrives at the query runner next, nearly always in the same turn. So the entity is exact, and no SQL has to be read.
 * One place is enough for that; a map of all that are under way would cost the garbage collector microseconds for each.
 */
let lastParameters: unknown;
let lastTag: ExpressionMapLike | undefined;

/** Statements that are sent later than they are made, so that others may be made in between. */
const late = new WeakMap<object, ExpressionMapLike>();

/** What the last query builder that was cloned selects from, until the next statement is made. */
let cloned: AliasLike | undefined;

/**
 * The aliases of statements that TypeORM puts around a clone of a query builder: the one that finds the keys of a page
 * when relations are joined (`find({ take, relations })`, `findOne({ relations })`), and `exists()`. They have no entity
 * of their own, and nothing in them leads back to the query builder that they are made for.
 */
const AROUND_A_CLONE = ['distinctAlias', 'dummy_table'];

/** The stand-in for `clone`. Both statements around a clone are made and sent in the turn in which it is cloned. */
export function cloning(original: AnyMethod): AnyMethod {
  return function clone(this: QueryBuilderLike, ...args) {
    const made = original.apply(this, args);
    // Only afterwards: to clone one may clone others, those of its common table expressions.
    cloned = this.expressionMap.mainAlias;
    return made;
  };
}

/** The stand-in for `getQueryAndParameters`, through which every statement of every query builder goes. */
export function tagging(original: AnyMethod): AnyMethod {
  return function getQueryAndParameters(this: QueryBuilderLike, ...args) {
    const made = original.apply(this, args) as ReturnType<QueryBuilderLike['getQueryAndParameters']>;
    const parameters = made?.[1];
    if (typeof parameters === 'object' && parameters !== null) {
      // Another statement was made and is not sent yet: it must still be found.
      if (lastTag !== undefined) late.set(lastParameters as object, lastTag);
      lastParameters = parameters;
      lastTag = cloned === undefined ? this.expressionMap : aroundClone(this.expressionMap);
      if (isLate(this)) late.set(parameters, lastTag);
    }
    return made;
  };
}

/** With the entity of the clone, if the statement is one around it. */
function aroundClone(expressionMap: ExpressionMapLike): ExpressionMapLike {
  const { mainAlias, queryType, useTransaction } = expressionMap;
  const inner = cloned;
  cloned = undefined;
  if (mainAlias === undefined || mainAlias.hasMetadata || !AROUND_A_CLONE.includes(mainAlias.name))
    return expressionMap;
  return { queryType, useTransaction, mainAlias: inner };
}

/** Asked once for each statement: what is found is forgotten. */
export function tagOf(parameters: unknown): ExpressionMapLike | undefined {
  if (typeof parameters !== 'object' || parameters === null) return undefined;
  if (parameters !== lastParameters) return late.get(parameters);
  const tag = lastTag;
  lastParameters = lastTag = undefined;
  return tag;
}

/** A DELETE calls the subscribers first; a SELECT may begin a transaction or look into the query result cache. */
function isLate({ dataSource, connection, expressionMap }: QueryBuilderLike): boolean {
  const { queryType, useTransaction, cache = (dataSource ?? connection)?.options.cache?.alwaysEnabled } = expressionMap;
  return queryType === 'delete' || useTransaction || cache === true;
}
