import { expect, it } from 'vitest';
import { negotiateFormat } from '../../lib/expose/negotiate.js';

it('a wildcard does not outweigh what is said of the text format itself', () => {
  const accept = '*/*;q=1, text/plain;q=0.2, application/openmetrics-text;q=0.5';
  expect(negotiateFormat(accept).contentType).toMatch(/^application\/openmetrics-text; /);
});
