import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { errorType } from '../../lib/catalogue/error-type.js';

describe('error_type of errors of GraphQL', () => {
  it('is the class, of GraphQLError and what inherits from it', () => {
    class NotYours extends GraphQLError {}
    expect(errorType(new GraphQLError('no'), [])).toBe('GraphQLError');
    expect(errorType(new NotYours('no'), [])).toBe('NotYours');
    expect(errorType(new (class extends GraphQLError {})('no'), [])).toBe('GraphQLError');
  });

  it('is not what an error says that only looks like one', () => {
    const tagged = Object.assign(new (class Tagged extends Error {})(), { [Symbol.toStringTag]: 'GraphQLError' });
    expect(errorType(tagged, [])).toBe('_OTHER');
    expect(errorType(Object.assign(new (class Extended extends Error {})(), { extensions: {} }), [])).toBe('_OTHER');
  });
});
