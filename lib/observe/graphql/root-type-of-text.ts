import { type RootType } from './graphql-schema.js';

const FIRST_WORD = /^[\s,\uFEFF]*(mutation|subscription)\b/;

/** The root type that the text of a request asks for, by its first word: the text may be no GraphQL at all. */
export function rootTypeOf(text: unknown): RootType {
  return typeof text === 'string' ? ((FIRST_WORD.exec(text)?.[1] as RootType | undefined) ?? 'query') : 'query';
}
