import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { reality, rowsByEntity } from '../support/accuracy/operation.js';
import { OPERATIONS } from '../support/accuracy/operations.js';
import { ASKED } from '../support/accuracy/statements.js';

describe('the table of operations', () => {
  const all = Object.values(OPERATIONS).flat();

  it.each(all.map((operation) => [operation.title, operation] as const))(
    'says why it is not exact, if it is not: %s',
    (_, operation) => {
      const isExact = isDeepStrictEqual(rowsByEntity(reality(operation)), rowsByEntity(operation.counts));
      expect(isExact).toBe(operation.because === undefined);
    },
  );
});

describe('the table of statements', () => {
  const all = Object.values(ASKED).flat();

  it.each(all.map((asked) => [asked.title, asked] as const))(
    'says why one has no entity, if it has none: %s',
    (_, { statements, because }) => {
      const without = statements.filter((text) => text.endsWith(' _none'));
      expect(without.length > 0).toBe(because !== undefined);
    },
  );
});
