import { describe, expect, it } from 'vitest';
import { rootTypeOf } from '../../lib/observe/graphql/root-type-of-text.js';

describe('the root type of a text', () => {
  it.each([
    ['mutation { create }', 'mutation'],
    ['\n  mutation($name: String) { create }', 'mutation'],
    [',subscription Barks { barks }', 'subscription'],
    ['{ dogs }', 'query'],
    ['query mutation { dogs }', 'query'],
    ['mutations { dogs }', 'query'],
    ['', 'query'],
    [undefined, 'query'],
  ])('%j is %s', (text, type) => {
    expect(rootTypeOf(text)).toBe(type);
  });
});
